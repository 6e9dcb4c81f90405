import { useTranslation } from "react-i18next";
import type { Graph } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { drawnEdges } from "./ties.ts";
import "./graph.css";

const WIDTH = 720;
const NODE_WIDTH = 176;
const NODE_HEIGHT = 44;
const LONGEST = 19;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How high the picture is: more identifiers need more room. */
export function heightFor(count: number): number {
  return count <= 2 ? 96 : Math.min(480, 200 + count * 20);
}

/** The identifier with most ties, when there are enough of them to stand in the middle. */
export function middleOf({ nodes, edges }: Pick<Graph, "nodes" | "edges">): string | undefined {
  const ties = (iid: string) => edges.filter(({ a, b, active }) => active && (a === iid || b === iid)).length;
  const [most] = nodes.toSorted((one, other) => ties(other.iid) - ties(one.iid));
  return most !== undefined && nodes.length > 3 && ties(most.iid) > 2 ? most.iid : undefined;
}

/** Places one identifier in the middle and the others around it; the same graph always looks the same. */
export function placed({ nodes }: Pick<Graph, "nodes">, middle: string | undefined): Map<string, Spot> {
  const height = heightFor(nodes.length);
  const across = (WIDTH - NODE_WIDTH) / 2 - 4;
  const down = (height - NODE_HEIGHT) / 2 - 4;
  const around = nodes.filter(({ iid }) => iid !== middle);
  const spots = around.map(({ iid }, index): [string, Spot] => {
    const turn = Math.PI + (index * 2 * Math.PI) / around.length;
    return [iid, { x: WIDTH / 2 + across * Math.cos(turn), y: height / 2 + down * Math.sin(turn) }];
  });
  return new Map(middle === undefined ? spots : [[middle, { x: WIDTH / 2, y: height / 2 }], ...spots]);
}

const short = (value: string) => (value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value);

/** The identifiers and what ties them, as a picture; the table below says the same in words. */
export function GraphPicture({ graph }: { graph: Graph }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const middle = middleOf(graph);
  const placeOf = placed(graph, middle);
  return (
    <svg className="graph" viewBox={`0 0 ${WIDTH} ${heightFor(graph.nodes.length)}`} role="img" aria-label={t("identity.picture", { count: graph.nodes.length })}>
      {drawnEdges(graph.edges, middle).map((edge) => {
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
