import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import type { Persona } from "../../../api/types.ts";
import { formats } from "../../../i18n/format.ts";
import { saying, speak, startSpeaking } from "../../../i18n/index.ts";
import { nameOf } from "./names.ts";
import { busiest, paragraph, valueText } from "./told.ts";

const format = formats("en", "UTC", "USD");
const compared = (verdict: "over" | "same") => ({ share: 0.5, rest_share: 0.2, lift: 2.5, low: 2, high: 3, verdict });
const feature = (key: string, value: string, verdict: "over" | "same" = "over") => ({ key, value, low: null, high: null, inside: 50, outside: 20, compared: compared(verdict) });
const HOURS = Array.from({ length: 24 }, (_, hour) => (hour === 20 ? 9 : 1));
const PERSONA: Persona = {
  segment: "tea", made_at: "2018-01-05T12:00:00Z", version: 1, size: 100, rest: 900, face: 5,
  traits: [feature("city", "Taipei"), feature("age", "30", "same")], categories: [feature("", "TEA")], products: [feature("", "whisk", "same")], channels: [feature("", "store")],
  hours: HOURS, rest_hours: HOURS,
  bought: { customers: 100, buyers: 80, orders: 240, sales_minor: 480_000, rhythm_days: 20 }, rest_bought: { customers: 900, buyers: 300, orders: 300, sales_minor: 300_000, rhythm_days: null },
};
const telling = { t: i18next.t, format, name: "Robin", product: (id: string) => id, currency: "USD" };

beforeAll(async () => {
  await startSpeaking();
  await saying("segments", Promise.resolve());
  await speak("en");
});

it("tells numbers, and of traits only what chance does not explain", () => {
  expect(paragraph(PERSONA, telling)).toBe(
    "Robin stands for 100 customers, 10% of all. In the last year 80% of them bought something: 3 orders a buyer at $20.00 each, against 1 at $10.00 of the others. More often than others: City Taipei. They buy above all TEA. Their main channel is Store, mostly around 18:00 to 21:00.",
  );
});

it("says nothing of those who bought nothing", () => {
  const bought = { customers: 100, buyers: 0, orders: 0, sales_minor: 0, rhythm_days: null };
  expect(paragraph({ ...PERSONA, bought }, telling)).toContain("bought nothing");
});

it("names a band of numbers by its bounds", () => {
  expect(valueText({ ...feature("age", "#1"), low: 30, high: 45 }, telling)).toBe("over 30 to 45");
});

it("finds the hours across midnight, and none where nothing happens", () => {
  expect(busiest(Array.from({ length: 24 }, (_, hour) => (hour >= 23 || hour < 2 ? 5 : 0)))).toEqual([23, 2]);
  expect(busiest(Array.from({ length: 24 }, () => 0))).toBeUndefined();
});

it("gives a face the same name at every time", () => {
  expect(nameOf(5, "zh-Hant")).toBe(nameOf(5, "zh-Hant"));
  expect(nameOf(5, "zh-Hant")).not.toBe("");
});
