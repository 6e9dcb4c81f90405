import { expect, it } from "vitest";
import { readSearch, takes, writeSearch } from "./search.ts";

it("keeps a number in the address as the text that was typed", () => {
  expect(readSearch("?q=0912")).toEqual({ q: "0912" });
  expect(writeSearch({ q: "0912", cursor: undefined, segment: "" })).toBe("?q=0912");
});

it("survives a round trip with Chinese and signs", () => {
  const asked = { q: "林美 & 100%", sort: "-revenue" };
  expect(readSearch(writeSearch(asked))).toEqual(asked);
});

it("takes only what the screen knows", () => {
  expect(takes("q", "cursor")({ q: "mei", hack: "1", cursor: "" })).toEqual({ q: "mei" });
});
