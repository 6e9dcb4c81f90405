import { Frame } from "./frame.tsx";

interface Point {
  readonly name: string;
  readonly value: number;
  readonly note: string;
}

interface LineChartProps {
  readonly label: string;
  readonly points: readonly Point[];
  readonly tick: (value: number) => string;
}

/** One quantity over time, drawn as steps: a segment keeps its size until somebody enters or leaves. */
export function LineChart({ label, points, tick }: LineChartProps) {
  const highest = Math.max(1, ...points.map(({ value }) => value));
  const last = points.at(-1);
  return (
    <Frame label={label} names={points.map(({ name }) => name)} highest={highest} tick={tick}>
      {({ x, y, place, bottom }) => {
        const corners = points.flatMap(({ value }, index) => [
          `${x(index) - place / 2},${y(value)}`,
          `${x(index) + place / 2},${y(value)}`,
        ]);
        const left = x(0) - place / 2;
        const right = x(points.length - 1) + place / 2;
        return (
          <>
            <polygon className="chart-area" points={`${left},${bottom} ${corners.join(" ")} ${right},${bottom}`} />
            <polyline className="chart-curve" points={corners.join(" ")} />
            {last && <circle className="chart-dot" cx={right} cy={y(last.value)} r="3" />}
            {points.map(({ note }, index) => (
              <rect key={index} className="chart-touch" x={x(index) - place / 2} y={0} width={place} height={bottom}>
                <title>{note}</title>
              </rect>
            ))}
          </>
        );
      }}
    </Frame>
  );
}
