import { expect, it } from "vitest";
import type { Journey, Step } from "../../api/types.ts";
import { outlineOf } from "./steps.ts";

const step = (id: string, ...next: [to: string, label: string][]): Step => ({
  id, type: "wait", title: id, waiting: 0, passed: 0, next: next.map(([to, label]) => ({ to, label })),
});

function outline(start: string, ...steps: Step[]): string[] {
  const journey = { definition: { start }, steps } as unknown as Journey;
  return outlineOf(journey).map(({ step: { id }, depth, again }) => `${"  ".repeat(depth)}${id}${again ? " again" : ""}`);
}

it("keeps a straight way at one depth", () => {
  expect(outline("a", step("a", ["b", ""]), step("b", ["c", ""]), step("c"))).toEqual(["a", "b", "c"]);
});

it("writes a step that two ways lead to once and refers to it the second time", () => {
  expect(outline("a", step("a", ["b", "yes"], ["c", "no"]), step("b", ["end", ""]), step("c", ["end", ""]), step("end"))).toEqual([
    "a", "  b", "  end", "  c", "  end again",
  ]);
});

it("ends on a loop and shows what nothing leads to", () => {
  expect(outline("a", step("a", ["b", ""]), step("b", ["a", ""]), step("lost"))).toEqual(["a", "b", "a again", "lost"]);
});
