import type { Graph } from "../../api/types.ts";

type Edge = Graph["edges"][number];

/** Identifiers that one piece of evidence ties together. */
export interface Tie {
  readonly key: string;
  readonly identifiers: readonly string[];
  readonly edge: Edge;
}

/** The edges by their evidence: an event that names five identifiers is one reason, not ten. */
export function tiesOf(edges: readonly Edge[]): Tie[] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const key = [edge.evidence, edge.kind, edge.active, edge.reason].join(" ");
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [edge] = group;
    return edge ? [{ key, edge, identifiers: [...new Set(group.flatMap(({ a, b }) => [a, b]))] }] : [];
  });
}

/** Enough active edges to hold the customer together, those at the middle first, and every edge that was set aside. */
export function drawnEdges(edges: readonly Edge[], middle: string | undefined): Edge[] {
  const touches = ({ a, b }: Edge) => (a === middle || b === middle ? 0 : 1);
  const leader = new Map<string, string>();
  const lead = (iid: string): string => {
    const next = leader.get(iid) ?? iid;
    return next === iid ? iid : lead(next);
  };
  return edges.toSorted((one, other) => touches(one) - touches(other)).filter(({ a, b, active }) => {
    if (!active) return true;
    const [one, other] = [lead(a), lead(b)];
    leader.set(one, other);
    return one !== other;
  });
}
