import "./charts.css";

interface IntervalProps {
  readonly label: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly middle: number;
  readonly tick: (value: number) => string;
}

const WIDTH = 720;
const HEIGHT = 72;
const MARGIN = 56;

/** A difference with its interval as a band, beside zero. A side without an end runs to the edge. */
export function Interval({ label, low, high, middle, tick }: IntervalProps) {
  const known = [0, middle, low, high].filter((value) => value !== null);
  const least = Math.min(...known);
  const span = Math.max(Math.max(...known) - least, 1e-6);
  const x = (value: number) => MARGIN + ((value - least) / span) * (WIDTH - 2 * MARGIN);
  const left = low === null ? 0 : x(low);
  const right = high === null ? WIDTH : x(high);
  const ends = [low, high].filter((value) => value !== null);
  return (
    <svg className="interval" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <rect className="interval-band" x={left} y={24} width={Math.max(2, right - left)} height={20} rx="2" />
      <line className="chart-base" x1={x(0)} x2={x(0)} y1={12} y2={52} />
      <line className="interval-middle" x1={x(middle)} x2={x(middle)} y1={20} y2={48} />
      <text className="interval-value" x={x(middle)} y={12} textAnchor="middle">
        {tick(middle)}
      </text>
      <text className="chart-tick" x={x(0)} y={HEIGHT - 4} textAnchor="middle">
        0
      </text>
      {ends.map((end) => (
        <text key={end} className="chart-tick" x={x(end)} y={HEIGHT - 4} textAnchor="middle">
          {tick(end)}
        </text>
      ))}
    </svg>
  );
}
