import type { IdentityRules } from "../../api/types.ts";

export type Rules = IdentityRules["rules"];

/** The values that identify nobody, one to a line. */
export function linesOf(blocked: Rules["blocked"]): string {
  return (blocked ?? []).map(({ kind, value }) => `${kind} ${value}`).join("\n");
}

/** What was written, or the first line that is not a kind and a value. */
export function blockedOf(text: string): { blocked: { kind: string; value: string }[]; wrong?: string } {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const wrong = lines.find((line) => !/^(\*|[a-z][\w.]*(:\S+)?)\s+\S/.test(line));
  if (wrong !== undefined) return { blocked: [], wrong };
  return {
    blocked: lines.map((line) => {
      const [kind = "*", ...rest] = line.split(/\s+/);
      return { kind, value: rest.join(" ") };
    }),
  };
}
