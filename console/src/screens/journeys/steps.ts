import type { Journey, Step } from "../../api/types.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The definition of a step as it was published. */
export function definitionOf(journey: Journey, step: Step): Fields {
  const steps: unknown = journey.definition.steps;
  const found: unknown = typeof steps === "object" && steps !== null ? (steps as Fields)[step.id] : undefined;
  return typeof found === "object" && found !== null ? (found as Fields) : {};
}

/** The channels a send step may use, in order. */
export function channelsOf(journey: Journey, step: Step): string[] {
  const { channels } = definitionOf(journey, step);
  return Array.isArray(channels) ? channels.map(String) : [];
}

/** One line of the outline: a step, how deep it stands, and by which way one gets there. */
export interface Line {
  readonly step: Step;
  readonly depth: number;
  readonly by: string;
  readonly again: boolean;
}

/** The steps as a tree from the start; a step reached twice is written out once. */
export function outlineOf(journey: Journey): Line[] {
  const byId = new Map(journey.steps.map((step) => [step.id, step]));
  const targets = new Set(journey.steps.flatMap((step) => step.next.map(({ to }) => to)));
  const start = String(journey.definition.start ?? "");
  const roots = byId.has(start) ? [start] : journey.steps.filter(({ id }) => !targets.has(id)).map(({ id }) => id);
  const lines: Line[] = [];
  const seen = new Set<string>();
  const walk = (id: string, depth: number, by: string): void => {
    const step = byId.get(id);
    if (!step) return;
    const again = seen.has(id);
    lines.push({ step, depth, by, again });
    if (again) return;
    seen.add(id);
    const deeper = step.next.length > 1 ? depth + 1 : depth;
    for (const { to, label } of step.next) walk(to, deeper, label);
  };
  for (const root of roots) walk(root, 0, "");
  for (const { id } of journey.steps) if (!seen.has(id)) walk(id, 0, "");
  return lines;
}
