import type { Rule } from "./document.ts";

/** What a field of a condition is filled with. */
export type Field =
  | { readonly kind: "pick"; readonly name: string; readonly words: "op" | "agg" | "consent" | "purpose" | "messageDeed" | "identifier" | "channel" | "seenBy"; readonly from: readonly string[]; readonly blank?: boolean }
  | { readonly kind: "suggest"; readonly name: string; readonly from: "traits" | "events" | "properties" | "segments" | "lists" | "journeys" | "messages" }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "number"; readonly name: string }
  | { readonly kind: "several"; readonly name: string; readonly words: "stage"; readonly from: readonly string[] }
  | { readonly kind: "fifths" }
  | { readonly kind: "steps" }
  | { readonly kind: "store" }
  | { readonly kind: "texts"; readonly name: string }
  | { readonly kind: "where" }
  | { readonly kind: "window" };

const ORDER = ["gte", "gt", "lte", "lt"] as const;
const NUMERIC = ["gte", "gt", "eq", "lte", "lt", "ne"] as const;
/** Every comparison, the usual ones first. */
export const EVERY = ["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "starts_with", "exists", "missing"] as const;
const AGGS = ["count", "sum", "avg", "min", "max", "distinct", "first", "last", "most"] as const;
const CHANNELS = ["email", "line", "sms"] as const;
/** The stages of the purchase cycle in their order. */
export const STAGES = ["visitor", "lead", "first_time", "active", "at_risk", "lapsed", "won_back"] as const;
const IDENTIFIERS = ["email", "phone", "loyalty_card", "user_id", "line_user_id", "wechat_openid", "wechat_unionid", "messenger_psid", "anonymous_id"] as const;
const DEEDS = ["sent", "delivered", "read", "opened", "clicked", "unsubscribed", "complained", "bounced", "failed"] as const;

interface Kind {
  readonly start: Rule;
  readonly fields: readonly Field[];
}

const event: Field = { kind: "suggest", name: "name", from: "events" };
const where: Field = { kind: "where" };
const window: Field = { kind: "window" };
const op = (from: readonly string[] = EVERY): Field => ({ kind: "pick", name: "op", words: "op", from });
const value: Field = { kind: "value", name: "value" };
const days: Field = { kind: "number", name: "days" };
const MONTH = { kind: "rolling", days: 30 };

/** The kinds of conditions that can be picked, each with what a new one says and what can be filled in. */
export const KINDS: Readonly<Record<string, Kind>> = {
  event: {
    start: { type: "event", name: "Order Completed", op: "gte", value: 1, window: MONTH },
    fields: [event, { kind: "pick", name: "agg", words: "agg", from: AGGS }, { kind: "suggest", name: "property", from: "properties" }, op(), value, where, window],
  },
  not_done: { start: { type: "not_done", name: "Order Completed", window: MONTH }, fields: [event, where, window] },
  sequence: {
    start: { type: "sequence", steps: [{ name: "Product Added" }], then_not: { name: "Order Completed", for: { hours: 2 } }, window: { kind: "rolling", days: 7 } },
    fields: [{ kind: "steps" }, window],
  },
  recency: { start: { type: "recency", name: "Order Completed", op: "gt", days: 60 }, fields: [event, op(ORDER), days, where] },
  trait: { start: { type: "trait", key: "city", op: "exists" }, fields: [{ kind: "suggest", name: "key", from: "traits" }, op(), value] },
  stage: { start: { type: "stage", stages: ["active"] }, fields: [{ kind: "several", name: "stages", words: "stage", from: STAGES }] },
  rfm: { start: { type: "rfm", r: [4, 5] }, fields: [{ kind: "fifths" }] },
  message: {
    start: { type: "message", did: "opened", window: MONTH },
    fields: [
      { kind: "pick", name: "did", words: "messageDeed", from: DEEDS }, op(NUMERIC), { kind: "number", name: "value" },
      { kind: "suggest", name: "message", from: "messages" }, { kind: "suggest", name: "journey", from: "journeys" },
      { kind: "pick", name: "channel", words: "channel", from: CHANNELS, blank: true }, window,
    ],
  },
  reachable: { start: { type: "reachable", channel: "email" }, fields: [{ kind: "pick", name: "channel", words: "channel", from: CHANNELS }] },
  consent: {
    start: { type: "consent", channel: "email" },
    fields: [
      { kind: "pick", name: "channel", words: "channel", from: CHANNELS }, { kind: "pick", name: "state", words: "consent", from: ["granted", "denied", "unknown"] },
    ],
  },
  identified: { start: { type: "identified", kind: "email" }, fields: [{ kind: "pick", name: "kind", words: "identifier", from: IDENTIFIERS }] },
  place: {
    start: { type: "place", city: ["Taipei"] },
    fields: [{ kind: "texts", name: "city" }, { kind: "texts", name: "country" }, { kind: "pick", name: "by", words: "seenBy", from: ["seen", "home"] }, window],
  },
  near: {
    start: { type: "near", km: 5, store: "" },
    fields: [{ kind: "number", name: "km" }, { kind: "store" }, { kind: "pick", name: "by", words: "seenBy", from: ["seen", "home"] }, window],
  },
  since: { start: { type: "since", key: "created_at", op: "lte", days: 30 }, fields: [{ kind: "suggest", name: "key", from: "traits" }, op(ORDER), days] },
  anniversary: {
    start: { type: "anniversary", key: "birthday", from: 0, to: 7 },
    fields: [{ kind: "suggest", name: "key", from: "traits" }, { kind: "number", name: "from" }, { kind: "number", name: "to" }],
  },
  answer: {
    start: { type: "answer", survey: "", question: "", op: "eq", value: "" },
    fields: [{ kind: "value", name: "survey" }, { kind: "value", name: "question" }, op(), value, window],
  },
  score: { start: { type: "score", name: "churn", op: "gte", value: 0.5 }, fields: [{ kind: "value", name: "name" }, op(NUMERIC), { kind: "number", name: "value" }] },
  list: { start: { type: "list", id: "" }, fields: [{ kind: "suggest", name: "id", from: "lists" }] },
  segment: { start: { type: "segment", id: "" }, fields: [{ kind: "suggest", name: "id", from: "segments" }] },
};

/** What a comparison may be, given what is made of the events. */
export function opsFor(rule: Rule, asked: readonly string[]): readonly string[] {
  if (rule.type !== "event") return asked;
  return ["first", "last", "most"].includes(String(rule.agg)) ? EVERY : NUMERIC;
}

/** Whether a field has a meaning in this condition as it stands. */
export function isAsked(rule: Rule, field: Field): boolean {
  if (field.kind === "suggest" && field.name === "property") return rule.agg !== undefined && rule.agg !== "count";
  return !(field.kind === "value" && field.name === "value" && (rule.op === "exists" || rule.op === "missing"));
}
