import { describe, expect, it } from "vitest";
import { choicesFor, isSourceKey, lackingIn, mappingOf, ownTrait, sourceKey } from "./meanings.ts";

describe("meanings of columns", () => {
  it("lets every column become a trait of its own", () => {
    expect(ownTrait("推薦人 / 代碼")).toBe("trait.推薦人_代碼");
    const traits = choicesFor("推薦人", "").find(({ group }) => group === "trait");
    expect(traits?.values).toContain("trait.推薦人");
  });

  it("keeps a meaning that only a preset knows", () => {
    expect(choicesFor("x", "trait.store_credit").flatMap(({ values }) => values)).toContain("trait.store_credit");
  });

  it("leaves out what means nothing and reads moments as such", () => {
    const mapping = mappingOf({ rows: "customer", source: "till", order: "ymd", calendar: "roc", reading: {}, columns: { a: "trait.registered_at", b: "" } });
    expect(mapping.columns).toEqual({ a: { to: "trait.registered_at", as: "moment" } });
  });

  it("reads what a refused mapping lacks", () => {
    expect(lackingIn({ field: "columns", value: "order", expected: "a column that is property.revenue or line.value" })).toEqual(["property.revenue", "line.value"]);
    expect(lackingIn({ field: "columns", value: "customer", expected: "a column that is an identifier" })).toEqual(["identifier"]);
    expect(lackingIn({ field: "event", expected: "the event's name, or a column that is `event`" })).toEqual(["event"]);
    expect(lackingIn({ field: "order", expected: "ymd, dmy or mdy" })).toBeUndefined();
  });

  it("knows a source's key", () => {
    expect(["till_2", "91app", "會員", "Till", ""].map(isSourceKey)).toEqual([true, false, false, false, false]);
  });

  it("makes a key of a file's name", () => {
    expect(sourceKey("91APP 會員 2026-11.csv")).toBe("app_2026_11");
    expect(sourceKey("會員.xlsx")).toBe("file");
  });
});
