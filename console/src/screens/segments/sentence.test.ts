import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import { formats } from "../../i18n/format.ts";
import { speak, startSpeaking } from "../../i18n/index.ts";
import { type Sentence, sentenceOf } from "./sentence.ts";

const format = formats("en", "America/New_York", "USD");
const lines = (sentence: Sentence, depth = 0): string[] => [
  `${"  ".repeat(depth)}${sentence.text}`,
  ...sentence.parts.flatMap((part) => lines(part, depth + 1)),
];
const inWords = (definition: object) => lines(sentenceOf(definition, { t: i18next.t, format, nameOf: (key) => `“${key}”` }));

const FREQUENT = { type: "event", name: "Order Completed", op: "gte", value: 100, window: { kind: "between", from: "2017-01-01", to: "2017-12-31" } };

beforeAll(async () => {
  await startSpeaking();
  await speak("en");
});

it("says a count within a period", () => {
  expect(inWords(FREQUENT)).toEqual(["Order completed at least 100 times from 2017-01-01 to 2017-12-31"]);
});

it("says a sum with the property it is made of", () => {
  expect(inWords({ type: "event", name: "Order Completed", agg: "sum", property: "revenue", op: "gt", value: 5000 })).toEqual([
    "Sum of revenue over Order completed more than 5,000 ever",
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
    "    Has the identifier E-mail",
  ]);
});

it("shows a rule it does not know as it stands", () => {
  expect(inWords({ type: "moon", phase: "full" })).toEqual(['{"type":"moon","phase":"full"}']);
});

it("says the same in Traditional Chinese", async () => {
  await speak("zh-Hant");
  expect(inWords(FREQUENT)).toEqual(["2017-01-01 至 2017-12-31「完成訂單」次數至少 100"]);
  await speak("en");
});
