import type { TFunction } from "i18next";
import type { Format } from "../../i18n/format.ts";
import { said, word } from "../../i18n/words.ts";

/** A rule as a sentence, with the rules it is made of below it. */
export interface Sentence {
  readonly text: string;
  readonly parts: readonly Sentence[];
}

type Rule = Readonly<Record<string, unknown>>;

/** What sentences are made with: the words, the formats, the names of other segments. */
export interface Speech {
  readonly t: TFunction;
  readonly format: Format;
  readonly nameOf: (segment: string) => string;
}

const ruleOf = (value: unknown): Rule => (typeof value === "object" && value !== null ? (value as Rule) : {});
const rulesOf = (value: unknown): Rule[] => (Array.isArray(value) ? value.map(ruleOf) : []);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

function shown(value: unknown, { format }: Speech): string {
  if (typeof value === "number") return format.number(value);
  if (Array.isArray(value)) return format.list(value.map(String));
  return text(value);
}

function comparison(rule: Rule, speech: Speech): string {
  const op = text(rule.op);
  const value = op === "exists" || op === "missing" ? "" : shown(rule.value, speech);
  return `${word("op", op)} ${value}`.trim();
}

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

function whereOf(value: unknown, speech: Speech): string {
  const wheres = rulesOf(value).map((where) => `${word("property", text(where.property))} ${comparison(where, speech)}`);
  return wheres.length === 0 ? "" : speech.t("sentence.where", { what: speech.format.list(wheres) });
}

function eventText(rule: Rule, speech: Speech): string {
  const facts = {
    event: word("event", text(rule.name)),
    how: comparison(rule, speech),
    window: windowOf(rule.window, speech),
    where: whereOf(rule.where, speech),
    property: word("property", text(rule.property)),
    agg: word("agg", text(rule.agg ?? "count")),
  };
  return (rule.agg ?? "count") === "count" ? speech.t("sentence.count", facts) : speech.t("sentence.measure", facts);
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
      return t("sentence.trait", { trait: word("trait", text(rule.key)), how: comparison(rule, speech) });
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
    case "segment":
      return t("sentence.segment", { segment: speech.nameOf(text(rule.id)) });
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
