import { expect, it } from "vitest";
import { marks, niceStep, spread } from "./scale.ts";

it.each([[458, 4, 200], [1284, 4, 500], [1, 4, 0.5], [0, 4, 1]])("a span of %d in %d parts steps by %d", (span, parts, step) => {
  expect(niceStep(span, parts)).toBe(step);
});

it("starts at zero and holds the highest value", () => {
  expect(marks(458)).toEqual([0, 200, 400, 600]);
  expect(marks(400)).toEqual([0, 100, 200, 300, 400]);
});

it("always writes the last day", () => {
  expect([...spread(30, 10)].sort((one, other) => one - other)).toEqual([2, 5, 8, 11, 14, 17, 20, 23, 26, 29]);
});
