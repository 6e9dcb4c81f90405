import type { Overview } from "../../api/types.ts";

/** The figures that the chart can show. */
export const FIGURES = ["sales_minor", "orders", "customers", "messages", "opt_outs"] as const;
export type Figure = (typeof FIGURES)[number];

const DAY_MS = 86_400_000;

/** Every day between two days, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= Date.parse(`${last}T00:00:00Z`); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** One figure as layers by channel, the largest first; days without anything count as zero. */
export function layersOf({ days: rows }: Pick<Overview, "days">, figure: Figure) {
  const known = rows.map(({ day }) => day).sort();
  const days = daysBetween(known[0] ?? "", known.at(-1) ?? "");
  const indexOf = new Map(days.map((day, index) => [day, index]));
  const byChannel = new Map<string, number[]>();
  for (const row of rows) {
    const values = byChannel.get(row.channel) ?? days.map(() => 0);
    byChannel.set(row.channel, values);
    const index = indexOf.get(row.day);
    if (index !== undefined) values[index] = (values[index] ?? 0) + row[figure];
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const layers = [...byChannel]
    .map(([channel, values]) => ({ channel, values, total: sum(values) }))
    .filter(({ total }) => total !== 0)
    .sort((one, other) => other.total - one.total);
  return { days, layers };
}
