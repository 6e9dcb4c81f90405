import type { TFunction } from "i18next";
import type { Format } from "../../i18n/format.ts";
import { hasWord, said, word } from "../../i18n/words.ts";
import type { Names } from "../../names/names.ts";

/** A rule as a sentence, with the rules it is made of below it. */
export interface Sentence {
  readonly text: string;
  readonly parts: readonly Sentence[];
}

type Rule = Readonly<Record<string, unknown>>;

/** What sentences are made with: the words, the formats, what the keys in a definition are called. */
export interface Speech {
  readonly t: TFunction;
  readonly format: Format;
  readonly names: Names & { list(key: string): string };
}

const ruleOf = (value: unknown): Rule => (typeof value === "object" && value !== null ? (value as Rule) : {});
const rulesOf = (value: unknown): Rule[] => (Array.isArray(value) ? value.map(ruleOf) : []);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

const STORES = new Set<unknown>(["store", "store_id"]);

function shown(rule: Rule, { format, names }: Speech): string {
  const { value } = rule;
  const called = (one: unknown) => (STORES.has(rule.property) ? names.store(text(one)) : text(one));
  if (typeof value === "number") return format.number(value);
  return Array.isArray(value) ? format.either(value.map(called)) : called(value);
}

const MEASURES = new Set(["gt", "gte", "lt", "lte"]);

function comparison(rule: Rule, speech: Speech): string {
  const op = text(rule.op);
  const value = op === "exists" || op === "missing" ? "" : shown(rule, speech);
  const named = word("op", op);
  return (named.endsWith("：") ? `${named}${value}` : `${named} ${value}`).trim();
}

/** A comparison that ends a sentence: "is at least 3" where a count says "at least 3 times". */
function predicate(rule: Rule, speech: Speech): string {
  const how = comparison(rule, speech);
  return MEASURES.has(text(rule.op)) ? speech.t("sentence.is", { how }) : how;
}

/** What the words of a count agree with: one only where exactly one is asked for. */
const countOf = (value: unknown): number => (typeof value === "number" ? value : 2);

function windowOf(value: unknown, { t }: Speech): string {
  const window = ruleOf(value);
  switch (window.kind) {
    case "rolling":
      return typeof window.hours === "number"
        ? t("sentence.hours", { count: window.hours })
        : t("sentence.days", { count: Number(window.days ?? 0) });
    case "calendar":
      return t("sentence.calendar", { count: Number(window.days ?? 0) });
    case "between":
      return t("sentence.between", { from: text(window.from), to: text(window.to) });
    default:
      return t("sentence.ever");
  }
}

/** What a property is called within a sentence; one of the brand's own keeps its small letters. */
const propertyOf = (name: string): string => (hasWord("property", name) ? word("property", name) : name.replaceAll("_", " "));

/** The filters of an event as the end of a sentence; empty without any. */
export function whereOf(value: unknown, speech: Speech): string {
  const wheres = rulesOf(value).map((where) => speech.t("sentence.trait", { trait: propertyOf(text(where.property)), how: predicate(where, speech) }));
  return wheres.length === 0 ? "" : speech.t("sentence.where", { what: wheres.join(speech.t("sentence.and")) });
}

function eventText(rule: Rule, speech: Speech): string {
  const facts = {
    event: word("event", text(rule.name)),
    window: windowOf(rule.window, speech),
    where: whereOf(rule.where, speech),
    property: propertyOf(text(rule.property)),
    agg: word("agg", text(rule.agg ?? "count")),
  };
  return (rule.agg ?? "count") === "count"
    ? speech.t("sentence.count", { ...facts, how: comparison(rule, speech), count: countOf(rule.value) })
    : speech.t("sentence.measure", { ...facts, how: predicate(rule, speech) });
}

function spanOf(value: unknown, { t }: Speech): string {
  const span = ruleOf(value);
  const unit = (["days", "hours", "minutes"] as const).find((one) => typeof span[one] === "number") ?? "days";
  return t(`span.${unit}`, { count: Number(span[unit] ?? 0) });
}

function happening(rule: Rule, speech: Speech): string {
  return `${word("event", text(rule.name))}${whereOf(rule.where, speech)}`;
}

function sequence(rule: Rule, speech: Speech): string {
  const { t, format } = speech;
  const steps = rulesOf(rule.steps).map((step) => {
    const without = rulesOf(step.without).map((one) => happening(one, speech));
    const name = happening(step, speech);
    return without.length === 0 ? name : t("sentence.stepWithout", { step: name, what: format.list(without) });
  });
  const absent = ruleOf(rule.then_not);
  return t("sentence.sequence", {
    steps: steps.join(t("sentence.then")),
    within: rule.within ? t("sentence.within", { span: spanOf(rule.within, speech) }) : "",
    absent: rule.then_not ? t("sentence.thenNot", { event: happening(absent, speech), span: spanOf(absent.for, speech) }) : "",
    window: windowOf(rule.window, speech),
  });
}

function message(rule: Rule, speech: Speech): string {
  const about = (["message", "journey", "channel", "purpose"] as const).flatMap((name) =>
    rule[name] === undefined ? [] : [name === "channel" || name === "purpose" ? word(name, text(rule[name])) : speech.names[name](text(rule[name]))],
  );
  const asked = { op: "gte", value: 1, ...rule };
  return speech.t("sentence.message", {
    did: word("messageDeed", text(rule.did)),
    how: comparison(asked, speech),
    count: countOf(asked.value),
    what: about.length === 0 ? "" : speech.t("sentence.about", { what: speech.format.list(about) }),
    window: windowOf(rule.window, speech),
  });
}

function place(rule: Rule, speech: Speech): string {
  const { t, format } = speech;
  const by = word("seenBy", text(rule.by ?? "seen"));
  const window = rule.window ? windowOf(rule.window, speech) : "";
  if (rule.type === "near") {
    const where = rule.store === undefined ? `${text(rule.latitude)}, ${text(rule.longitude)}` : rule.store === "" ? "–" : speech.names.store(text(rule.store));
    return t("sentence.near", { km: format.number(Number(rule.km ?? 0)), where, by, window }).trim();
  }
  const named = [rule.city, rule.country].filter(Array.isArray).map((some) => format.list(some.map(String)));
  return t("sentence.place", { where: named.join(" · "), by, window }).trim();
}

function fifths(rule: Rule, speech: Speech): string {
  const named = (["r", "f", "m"] as const).flatMap((letter) => {
    const values: unknown = rule[letter];
    return Array.isArray(values) && values.length > 0 ? [`${word("rfm", letter)} ${values.join(", ")}`] : [];
  });
  return speech.t("sentence.rfm", { what: speech.format.list(named) });
}

function leaf(rule: Rule, speech: Speech): string {
  const { t } = speech;
  switch (rule.type) {
    case "trait":
      return t("sentence.trait", { trait: word("trait", text(rule.key)), how: predicate(rule, speech) });
    case "event":
      return eventText(rule, speech);
    case "not_done":
      return t("sentence.notDone", { event: word("event", text(rule.name)), window: windowOf(rule.window, speech), where: whereOf(rule.where, speech) });
    case "recency":
      return t("sentence.recency", { event: word("event", text(rule.name)), how: word("op", text(rule.op)), count: Number(rule.days ?? 0), where: whereOf(rule.where, speech) });
    case "consent":
      return t("sentence.consent", { state: word("consent", text(rule.state ?? "granted")), channel: word("channel", text(rule.channel)), purpose: word("purpose", text(rule.purpose ?? "marketing")) });
    case "identified":
      return t("sentence.identified", { kind: word("identifier", text(rule.kind)) });
    case "reachable":
      return t("sentence.reachable", { channel: word("channel", text(rule.channel)) });
    case "rfm":
      return fifths(rule, speech);
    case "sequence":
      return sequence(rule, speech);
    case "message":
      return message(rule, speech);
    case "place":
    case "near":
      return place(rule, speech);
    case "answer":
      return t("sentence.answer", { survey: text(rule.survey), question: text(rule.question), how: predicate(rule, speech), window: windowOf(rule.window, speech) });
    case "score":
      return t("sentence.score", { name: word("score", text(rule.name)), how: predicate(rule, speech) });
    case "anniversary":
      return t("sentence.anniversary", { trait: word("trait", text(rule.key)), from: Number(rule.from ?? 0), to: Number(rule.to ?? 0) });
    case "since":
      return t("sentence.since", { trait: word("trait", text(rule.key)), how: word("op", text(rule.op)), count: Number(rule.days ?? 0) });
    case "stage":
      return t("sentence.stage", { what: speech.format.list((Array.isArray(rule.stages) ? rule.stages : []).map((stage) => word("stage", text(stage)))) });
    case "list":
      return t("sentence.list", { list: speech.names.list(text(rule.id)) });
    case "segment":
      return t("sentence.segment", { segment: speech.names.segment(text(rule.id)) });
    default:
      return said(JSON.stringify(rule));
  }
}

/** The definition of a segment in words, nested as it is. */
export function sentenceOf(definition: unknown, speech: Speech): Sentence {
  const rule = ruleOf(definition);
  const { t } = speech;
  if (rule.type === "all" || rule.type === "any") {
    const parts = rulesOf(rule.of).map((part) => sentenceOf(part, speech));
    const [only] = parts;
    if (parts.length === 1 && only) return only;
    return { text: t(rule.type === "all" ? "sentence.all" : "sentence.any"), parts };
  }
  if (rule.type === "not") return { text: t("sentence.not"), parts: [sentenceOf(rule.of, speech)] };
  return { text: leaf(rule, speech), parts: [] };
}
