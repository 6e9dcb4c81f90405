import { Frame } from "./frame.tsx";

/** One layer of the bars, in its fixed colour. */
export interface Layer {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

interface BarsProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly layers: readonly Layer[];
  readonly tick: (value: number) => string;
  readonly note: (layer: Layer, index: number) => string;
}

const WIDEST = 24;
const FILLED = 0.64;

/** Amounts by day, stacked by channel, with the channels named directly above. */
export function Bars({ label, names, layers, tick, note }: BarsProps) {
  const totals = names.map((_, index) => layers.reduce((sum, layer) => sum + (layer.values[index] ?? 0), 0));
  return (
    <Frame label={label} names={names} highest={Math.max(1, ...totals)} tick={tick}>
      {({ x, y, place }) => {
        const wide = Math.min(WIDEST, Math.max(1, place * FILLED));
        const reached = names.map(() => 0);
        return layers.map((layer) => (
          <g key={layer.key} fill={layer.colour}>
            {layer.values.map((value, index) => {
              const from = reached[index] ?? 0;
              reached[index] = from + value;
              if (value <= 0) return null;
              return (
                <rect key={index} className="chart-bar" x={x(index) - wide / 2} y={y(from + value)} width={wide} height={Math.max(0.5, y(from) - y(from + value))}>
                  <title>{note(layer, index)}</title>
                </rect>
              );
            })}
          </g>
        ));
      }}
    </Frame>
  );
}
