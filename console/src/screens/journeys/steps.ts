import type { Journey, Step } from "../../api/types.ts";

/** An object of a definition whose fields are looked at one by one. */
export type Fields = Readonly<Record<string, unknown>>;

/** This value as fields; none when it is something else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** This value as a list of fields; empty when it is something else. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The definition of a step as it was published. */
export function definitionOf(journey: Journey, step: Pick<Step, "id">): Fields {
  return fieldsOf(fieldsOf(journey.definition.steps)[step.id]);
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
  /** The step and the number of its way that leads here; absent at the start. */
  readonly by?: { readonly step: Step; readonly way: number };
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
  const walk = (id: string | null, depth: number, by?: Line["by"]): void => {
    const step = byId.get(id ?? "");
    if (!step) return;
    const again = seen.has(step.id);
    lines.push({ step, depth, by, again });
    if (again) return;
    seen.add(step.id);
    const deeper = step.next.length > 1 ? depth + 1 : depth;
    step.next.forEach(({ to }, way) => walk(to, deeper, step.next.length > 1 ? { step, way } : undefined));
  };
  for (const root of roots) walk(root, 0);
  for (const { id } of journey.steps) if (!seen.has(id)) walk(id, 0);
  return lines;
}
