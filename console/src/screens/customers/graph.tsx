import { useTranslation } from "react-i18next";
import type { Graph } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import "./graph.css";

const WIDTH = 720;
const NODE_WIDTH = 176;
const NODE_HEIGHT = 44;
const LONGEST = 22;

/** Places the nodes on an ellipse, the first at the left, so that the same graph always looks the same. */
export function placed(count: number): { x: number; y: number; height: number }[] {
  const height = count <= 2 ? 96 : Math.min(460, 160 + count * 24);
  const across = (WIDTH - NODE_WIDTH) / 2 - 4;
  const down = (height - NODE_HEIGHT) / 2 - 4;
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.PI + (index * 2 * Math.PI) / count;
    return { x: WIDTH / 2 + across * Math.cos(turn), y: height / 2 + down * Math.sin(turn), height };
  });
}

const short = (value: string) => (value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value);

/** The identifiers and what ties them, as a picture; the table below says the same in words. */
export function GraphPicture({ graph }: { graph: Graph }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const places = placed(graph.nodes.length);
  const placeOf = new Map(graph.nodes.map(({ iid }, index) => [iid, places[index]]));
  return (
    <svg className="graph" viewBox={`0 0 ${WIDTH} ${places[0]?.height ?? 96}`} role="img" aria-label={t("identity.picture", { count: graph.nodes.length })}>
      {graph.edges.map((edge) => {
        const from = placeOf.get(edge.a);
        const to = placeOf.get(edge.b);
        if (!from || !to) return null;
        return <line key={`${edge.a} ${edge.b} ${edge.at}`} className={edge.active ? "graph-edge" : "graph-edge graph-cut"} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
      })}
      {graph.nodes.map(({ iid, kind, value }) => {
        const place = placeOf.get(iid);
        if (!place) return null;
        return (
          <g key={iid} transform={`translate(${place.x - NODE_WIDTH / 2} ${place.y - NODE_HEIGHT / 2})`}>
            <title>{value}</title>
            <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx="6" />
            <text x="12" y="18" className="graph-kind">
              {word("identifier", kind)}
            </text>
            <text x="12" y="35">{short(value)}</text>
          </g>
        );
      })}
    </svg>
  );
}
