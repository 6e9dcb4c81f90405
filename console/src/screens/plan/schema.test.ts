import { expect, it } from "vitest";
import { linesOf, withAllowed, withoutProperty, withPersonal, withProperty, withRequired, withType } from "./schema.ts";

const ORDER = {
  type: "object",
  properties: {
    currency: { type: ["string", "null"] },
    products: { type: "array", items: { type: "object", properties: { price: { type: "number", minimum: 0 } }, required: ["price"] } },
  },
  required: ["currency"],
  "x-note": "kept",
};
const PRICE = ["properties", "products", "items", "properties", "price"];

it("lists every property, those of a list's lines below it", () => {
  expect(linesOf(ORDER).map(({ name, depth, type, required }) => [name, depth, type, required])).toEqual([
    ["currency", 0, "string", true],
    ["products", 0, "array", false],
    ["price", 1, "number", true],
  ]);
});

it("changes one thing and keeps all that the table does not show", () => {
  const loose = withRequired(withType(ORDER, PRICE, "integer"), PRICE, false);
  expect(loose).toEqual({ ...ORDER, properties: { ...ORDER.properties, products: { type: "array", items: { type: "object", properties: { price: { type: "integer", minimum: 0 } } } } } });
  expect(withRequired(withType(loose, PRICE, "number"), PRICE, true)).toEqual(ORDER);
});

it("reads allowed values as the type says, and null where it may be", () => {
  const currency = ["properties", "currency"];
  expect(withAllowed(ORDER, currency, "TWD, USD,").properties).toHaveProperty("currency", { type: ["string", "null"], enum: ["TWD", "USD", null] });
  expect(withAllowed(withAllowed(ORDER, currency, "TWD"), currency, "")).toEqual(ORDER);
  expect(linesOf(withAllowed(ORDER, PRICE, "1, 2"))[2]).toMatchObject({ allowed: "1, 2" });
});

it("takes a property out with its being required, and puts one in once", () => {
  expect(withoutProperty(ORDER, ["properties", "currency"])).not.toHaveProperty("required");
  expect(linesOf(withProperty({}, "size"))).toMatchObject([{ name: "size", type: "string" }]);
  expect(withProperty(ORDER, "currency")).toBe(ORDER);
  expect(withPersonal(withPersonal(ORDER, PRICE, true), PRICE, false)).toEqual(ORDER);
});
