import dagre from "@dagrejs/dagre";
import type { Journey } from "../../api/types.ts";

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 76;
const BETWEEN_RANKS = 44;
const BETWEEN_NODES = 40;

/** Where each step stands, from the top down; the same journey always looks the same. */
export function placesOf({ steps }: Pick<Journey, "steps">): Map<string, { x: number; y: number }> {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ranksep: BETWEEN_RANKS, nodesep: BETWEEN_NODES });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(steps.map(({ id }) => id));
  for (const { id } of steps) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { id, next } of steps) {
    next.forEach(({ to }, index) => {
      if (to !== null && known.has(to)) graph.setEdge(id, to, {}, String(index));
    });
  }
  dagre.layout(graph);
  return new Map(
    steps.map(({ id }) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}
