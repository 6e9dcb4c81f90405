/** A condition as JSON: tagged by `type`, groups hold others under `of`. */
export type Rule = Readonly<Record<string, unknown>>;

/** Where a condition stands: its place in a group, or `not` for what is negated. */
export type Path = readonly (number | "not")[];

/** The condition as an object, whatever came. */
export const ruleOf = (value: unknown): Rule => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Rule) : {});

/** The conditions of a group. */
export const partsOf = (rule: Rule): Rule[] => (Array.isArray(rule.of) ? rule.of.map(ruleOf) : []);

/** True for a group of conditions. */
export const isGroup = (rule: Rule): boolean => rule.type === "all" || rule.type === "any";

/** The name the server gives this place in a refusal. */
export const fieldOf = (path: Path): string => `definition${path.map((step) => (step === "not" ? ".of" : `.of[${step}]`)).join("")}`;

/** A definition that can be edited: its outermost condition is a group. */
export const opened = (definition: unknown): Rule => {
  const rule = ruleOf(definition);
  if (isGroup(rule)) return rule;
  return { type: "all", of: rule.type === undefined ? [] : [rule] };
};

/** A definition as it is published: a group of one is that one. */
export const closed = (rule: Rule): Rule => {
  const [only, ...others] = partsOf(rule);
  return isGroup(rule) && only !== undefined && others.length === 0 ? only : rule;
};

/** The definition with one condition changed. */
export function changed(rule: Rule, path: Path, change: (part: Rule) => Rule): Rule {
  const [step, ...rest] = path;
  if (step === undefined) return change(rule);
  if (step === "not") return { ...rule, of: changed(ruleOf(rule.of), rest, change) };
  return { ...rule, of: partsOf(rule).map((part, index) => (index === step ? changed(part, rest, change) : part)) };
}

/** The group with one more condition at its end. */
export const added = (rule: Rule, path: Path, part: Rule): Rule => changed(rule, path, (group) => ({ ...group, of: [...partsOf(group), part] }));

/** The definition without the condition at this place. */
export function removed(rule: Rule, path: Path): Rule {
  const last = path.at(-1);
  if (last === undefined) return { type: "all", of: [] };
  const above = path.slice(0, -1);
  if (last === "not") return removed(rule, above);
  return changed(rule, above, (group) => ({ ...group, of: partsOf(group).filter((_, index) => index !== last) }));
}

/** The condition negated, or what was negated. */
export const turned = (rule: Rule, path: Path): Rule => changed(rule, path, (part) => (part.type === "not" ? ruleOf(part.of) : { type: "not", of: part }));

/** What has been and what was undone. */
export interface Past {
  readonly before: readonly Rule[];
  readonly now: Rule;
  readonly after: readonly Rule[];
  readonly mark: string;
}

/** The beginning of a piece of work. */
export const begun = (rule: Rule): Past => ({ before: [], now: rule, after: [], mark: "" });

/** One change more; strokes with the same mark, like those into one field, are one change. */
export const moved = (past: Past, rule: Rule, mark: string): Past => ({
  before: mark !== "" && mark === past.mark ? past.before : [...past.before, past.now],
  now: rule,
  after: [],
  mark,
});

/** The change before is taken back. */
export function undone(past: Past): Past {
  const last = past.before.at(-1);
  return last === undefined ? past : { before: past.before.slice(0, -1), now: last, after: [past.now, ...past.after], mark: "" };
}

/** What was taken back is done again. */
export function redone(past: Past): Past {
  const [next, ...after] = past.after;
  return next === undefined ? past : { before: [...past.before, past.now], now: next, after, mark: "" };
}
