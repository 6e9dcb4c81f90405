import { expect, it } from "vitest";
import { within } from "./login.tsx";

it.each([
  ["/customers?q=mei", "/customers?q=mei"],
  ["https://elsewhere.example", "/"],
  ["//elsewhere.example", "/"],
  ["/\\elsewhere.example", "/"],
  [undefined, "/"],
])("after logging in, %s leads to %s", (asked, place) => {
  expect(within(asked)).toBe(place);
});
