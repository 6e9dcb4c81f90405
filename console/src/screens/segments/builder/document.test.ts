import { expect, it } from "vitest";
import { added, begun, changed, closed, fieldOf, moved, opened, redone, removed, turned, undone } from "./document.ts";
import { textOf, valueOf } from "./values.ts";

const BUYERS = { type: "event", name: "Order Completed", op: "gte", value: 1 };
const TAIPEI = { type: "trait", key: "city", op: "eq", value: "Taipei" };

it("opens a single condition as a group and closes it again", () => {
  expect(opened(BUYERS)).toEqual({ type: "all", of: [BUYERS] });
  expect(closed(opened(BUYERS))).toEqual(BUYERS);
  expect(closed(opened({}))).toEqual({ type: "all", of: [] });
});

it("changes, adds and removes deep inside", () => {
  const start = opened({ type: "any", of: [BUYERS, { type: "not", of: { type: "all", of: [TAIPEI] } }] });
  const grown = added(start, [1, "not"], BUYERS);
  expect(grown).toEqual({ type: "any", of: [BUYERS, { type: "not", of: { type: "all", of: [TAIPEI, BUYERS] } }] });
  expect(changed(grown, [1, "not", 0], (part) => ({ ...part, value: "Tainan" })).of).toHaveLength(2);
  expect(removed(grown, [1, "not", 1])).toEqual(start);
  expect(removed(grown, [1, "not"])).toEqual({ type: "any", of: [BUYERS] });
});

it("negates and takes the negation back", () => {
  const start = opened(BUYERS);
  expect(turned(start, [0])).toEqual({ type: "all", of: [{ type: "not", of: BUYERS }] });
  expect(turned(turned(start, [0]), [0])).toEqual(start);
});

it("names a place as the server does", () => {
  expect(fieldOf([1, "not", 0])).toBe("definition.of[1].of.of[0]");
});

it("undoes strokes into one field at once, and does them again", () => {
  const one = opened(BUYERS);
  const two = opened({ ...BUYERS, value: 2 });
  const three = opened({ ...BUYERS, value: 23 });
  const past = moved(moved(begun(one), two, "0.value"), three, "0.value");
  expect(undone(past).now).toEqual(one);
  expect(redone(undone(past)).now).toEqual(three);
  expect(undone(begun(one)).now).toEqual(one);
});

it.each([
  ["12", "gte", 12],
  ["Taipei", "eq", "Taipei"],
  ["0912345678", "eq", "0912345678"],
  ["true", "eq", true],
  ["1.", "gt", 1],
  ["台北、台南", "in", ["台北", "台南"]],
  ["1, 2", "in", [1, 2]],
  ["7", "contains", "7"],
  ["", "in", []],
])("reads %s for %s", (text, op, value) => {
  expect(valueOf(text, op)).toEqual(value);
});

it("shows values as they are typed", () => {
  expect(textOf(["a", "b"])).toBe("a, b");
  expect(textOf(null)).toBe("");
});
