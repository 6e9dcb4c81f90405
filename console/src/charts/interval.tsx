import "./charts.css";

interface IntervalProps {
  readonly label: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly middle: number;
  readonly tick: (value: number) => string;
}

const WIDTH = 480;
const HEIGHT = 64;
const MARGIN = 48;

/** A difference with its interval as a band, beside zero. An open side runs to the edge. */
export function Interval({ label, low, high, middle, tick }: IntervalProps) {
  const bounds = [low, high, middle, 0].filter((value) => value !== null);
  const reach = Math.max(...bounds.map(Math.abs), 1e-6) * 1.1;
  const x = (value: number) => WIDTH / 2 + (value / reach) * (WIDTH / 2 - MARGIN);
  const left = low === null ? 0 : x(low);
  const right = high === null ? WIDTH : x(high);
  return (
    <svg className="interval" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line className="chart-base" x1={x(0)} x2={x(0)} y1={6} y2={HEIGHT - 20} />
      <rect className="interval-band" x={left} y={18} width={Math.max(2, right - left)} height={16} rx="2" />
      <line className="interval-middle" x1={x(middle)} x2={x(middle)} y1={14} y2={38} />
      <text className="chart-tick" x={x(0)} y={HEIGHT - 4} textAnchor="middle">
        0
      </text>
      {low !== null && (
        <text className="chart-tick" x={left} y={12} textAnchor="middle">
          {tick(low)}
        </text>
      )}
      {high !== null && (
        <text className="chart-tick" x={right} y={12} textAnchor="middle">
          {tick(high)}
        </text>
      )}
    </svg>
  );
}
