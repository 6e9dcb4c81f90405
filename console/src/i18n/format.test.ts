import { expect, it } from "vitest";
import { formats } from "./format.ts";

const newYork = formats("en", "America/New_York", "USD");

it("puts a moment on the brand's day, not on the device's", () => {
  expect(newYork.dayKey("2018-01-01T03:00:00Z")).toBe("2017-12-31");
  expect(newYork.time("2018-01-01T03:00:00Z")).toBe("22:00");
});

it("writes minor units with the digits of their currency", () => {
  expect(newYork.money(459603958)).toBe("$4,596,039.58");
  expect(newYork.money(1500, "JPY")).toBe("¥1,500");
});

it("writes midnight as the start of a day", () => {
  expect(newYork.time("2018-01-01T05:00:00Z")).toBe("00:00");
});

it("writes dates as each language does", () => {
  expect(formats("zh-Hant", "Asia/Taipei", "TWD").day("2018-01-05T14:41:00Z")).toBe("2018年1月5日");
  expect(formats("zh-Hans", "Asia/Shanghai", "CNY").date("2018-01-05")).toBe("1月5日");
});
