import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import { formats } from "../../i18n/format.ts";
import { saying, speak, startSpeaking } from "../../i18n/index.ts";
import { type Sentence, sentenceOf } from "./sentence.ts";

const format = formats("en", "America/New_York", "USD");
const quoted = (key: string) => `“${key}”`;
const names = { segment: quoted, list: quoted, message: quoted, journey: quoted, store: (key: string) => (key === "taipei-101" ? "Taipei 101" : key) };
const lines = (sentence: Sentence, depth = 0): string[] => [
  `${"  ".repeat(depth)}${sentence.text}`,
  ...sentence.parts.flatMap((part) => lines(part, depth + 1)),
];
const inWords = (definition: object) => lines(sentenceOf(definition, { t: i18next.t, format, names }));

const FREQUENT = { type: "event", name: "Order Completed", op: "gte", value: 100, window: { kind: "between", from: "2017-01-01", to: "2017-12-31" } };

beforeAll(async () => {
  await startSpeaking();
  await saying("sentences", Promise.resolve());
  await speak("en");
});

it("says a count within a period", () => {
  expect(inWords(FREQUENT)).toEqual(["Order completed at least 100 times from 2017-01-01 to 2017-12-31"]);
});

it("says a sum with the property it is made of", () => {
  expect(inWords({ type: "event", name: "Order Completed", agg: "sum", property: "revenue", op: "gt", value: 5000 })).toEqual([
    "Sum of revenue over Order completed ever is more than 5,000",
  ]);
});

it("nests as the definition does", () => {
  const definition = { type: "all", of: [{ type: "not", of: { type: "segment", id: "vip" } }, { type: "any", of: [{ type: "reachable", channel: "line" }, { type: "identified", kind: "email" }] }] };
  expect(inWords(definition)).toEqual([
    "All of these",
    "  Not this",
    "    Is in “vip”",
    "  At least one of these",
    "    Can be reached over LINE",
    "    Has an identifier of the kind E-mail",
  ]);
});

it("says a basket left behind, in three languages", async () => {
  const left = { type: "sequence", steps: [{ name: "Product Added" }], then_not: { name: "Order Completed", for: { hours: 2 } }, window: { kind: "rolling", days: 3 } };
  expect(inWords(left)).toEqual(["Added to cart, and no Order completed for 2 hours since, in the last 3 days"]);
  await speak("zh-Hant");
  expect(inWords(left)).toEqual(["最近 3 天依序發生：加入購物車，之後 2 小時都沒有「完成訂單」"]);
  await speak("zh-Hans");
  expect(inWords(left)).toEqual(["最近 3 天依次发生：加入购物车，之后 2 小时都没有“完成订单”"]);
  await speak("en");
});

it("says what messages, places, answers and days are asked about", () => {
  const said = (rule: object) => inWords(rule)[0];
  expect(said({ type: "message", did: "opened", value: 2, channel: "line" })).toBe("Messages opened at least 2 times (LINE) ever");
  expect(said({ type: "near", km: 5, store: "taipei-101" })).toBe("At most 5 km from Taipei 101, last seen");
  expect(said({ type: "place", city: ["Taipei"], by: "home" })).toBe("In Taipei, by her address");
  expect(said({ type: "score", name: "churn", op: "gte", value: 0.7 })).toBe("Predicted risk of leaving is at least 0.7");
  expect(said({ type: "anniversary", key: "birthday", to: 7 })).toBe("Birthday comes round 0 to 7 days from today");
});

it("says one as one", () => {
  const said = (rule: object) => inWords(rule)[0];
  expect(said({ type: "event", name: "Order Completed", op: "gte", value: 1, window: { kind: "rolling", hours: 1 } })).toBe("Order completed at least 1 time in the last hour");
  expect(said({ type: "event", name: "Order Completed", op: "in", value: [1, 3], window: { kind: "calendar", days: 1 } })).toBe("Order completed is one of 1 or 3 times today");
  expect(said({ type: "recency", name: "Order Completed", op: "gt", days: 1 })).toBe("Last Order completed more than 1 day ago");
  expect(said({ type: "since", key: "birthday", op: "gt", days: 1 })).toBe("Birthday more than 1 day ago");
  expect(said({ type: "message", did: "clicked" })).toBe("Messages clicked at least 1 time ever");
});

it("says filters as sentences of their own", async () => {
  const rule = { type: "event", name: "Order Completed", op: "gte", value: 2, where: [{ property: "revenue", op: "gt", value: 100 }, { property: "category", op: "in", value: ["tea", "cups"] }] };
  expect(inWords(rule)).toEqual(["Order completed at least 2 times ever, where revenue is more than 100 and category is one of tea or cups"]);
  await speak("zh-Hant");
  const speech = { t: i18next.t, format: formats("zh-Hant", "Asia/Taipei", "TWD"), names };
  expect(lines(sentenceOf(rule, speech))).toEqual(["歷來「完成訂單」次數至少 2，其中金額大於 100，且類別為其中之一：tea 或 cups"]);
  await speak("en");
});

it("gives Latin words in Chinese sentences air, and nothing else", async () => {
  await speak("zh-Hant");
  expect(inWords({ type: "reachable", channel: "line" })).toEqual(["可透過 LINE 觸及"]);
  expect(inWords({ type: "reachable", channel: "email" })).toEqual(["可透過電子郵件觸及"]);
  expect(inWords({ type: "consent", channel: "line" })).toEqual(["LINE 的行銷同意：同意"]);
  await speak("en");
  expect(inWords({ type: "list", id: "a & b" })).toEqual(["Is on the list “a & b”"]);
});

it("shows a rule it does not know as it stands", () => {
  expect(inWords({ type: "moon", phase: "full" })).toEqual(['{"type":"moon","phase":"full"}']);
});

it("says the same in Traditional Chinese", async () => {
  await speak("zh-Hant");
  expect(inWords(FREQUENT)).toEqual(["2017-01-01 至 2017-12-31「完成訂單」次數至少 100"]);
  await speak("en");
});
