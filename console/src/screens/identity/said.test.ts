import { expect, test } from "vitest";
import { blockedOf, linesOf } from "./said.ts";

test("what is written is read, and written again", () => {
  const text = "phone +886900000000\n* test*\nwechat_openid:wx12 o1";
  expect(linesOf(blockedOf(text).blocked)).toBe(text);
});

test("a line without a kind is named", () => {
  expect(blockedOf("phone +1\n+886900000000")).toEqual({ blocked: [], wrong: "+886900000000" });
});

test("nothing written blocks nothing", () => {
  expect(blockedOf(" \n ")).toEqual({ blocked: [] });
});
