import { type ReactNode, useEffect, useRef, useState } from "react";
import { marks, spread } from "./scale.ts";
import "./charts.css";

const HEIGHT = 240;
const LEFT = 56;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 28;
const LABEL_WIDTH = 72;

/** What a chart's body draws with: x of the nth point, y of a value, and the width of one place. */
export interface Plane {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly place: number;
  readonly bottom: number;
  readonly width: number;
}

interface FrameProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly highest: number;
  readonly tick: (value: number) => string;
  readonly children: (plane: Plane) => ReactNode;
}

function useWidth() {
  const place = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watched = place.current;
    if (!watched) return undefined;
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watcher.observe(watched);
    return () => watcher.disconnect();
  }, []);
  return { place, width };
}

/** Axes from zero with faint lines; the body draws the values. */
export function Frame({ label, names, highest, tick, children }: FrameProps) {
  const { place: holder, width } = useWidth();
  const ticks = marks(highest);
  const top = ticks.at(-1) ?? 1;
  const inner = Math.max(0, width - LEFT - RIGHT);
  const place = inner / Math.max(1, names.length);
  const bottom = HEIGHT - BOTTOM;
  const plane: Plane = {
    x: (index) => LEFT + place * (index + 0.5),
    y: (value) => bottom - (value / top) * (bottom - TOP),
    place,
    bottom,
    width,
  };
  const written = spread(names.length, Math.max(2, Math.floor(inner / LABEL_WIDTH)));
  return (
    <figure ref={holder} className="chart" style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {ticks.map((value) => (
            <g key={value}>
              <line className={value === 0 ? "chart-base" : "chart-line"} x1={LEFT} x2={width - RIGHT} y1={plane.y(value)} y2={plane.y(value)} />
              <text className="chart-tick" x={LEFT - 8} y={plane.y(value) + 4} textAnchor="end">
                {tick(value)}
              </text>
            </g>
          ))}
          {names.map((name, index) =>
            written.has(index) ? (
              <text key={index} className="chart-tick" x={Math.min(plane.x(index), width - RIGHT)} y={HEIGHT - 8} textAnchor={plane.x(index) > width - LABEL_WIDTH / 2 ? "end" : "middle"}>
                {name}
              </text>
            ) : null,
          )}
          {children(plane)}
        </svg>
      )}
    </figure>
  );
}
