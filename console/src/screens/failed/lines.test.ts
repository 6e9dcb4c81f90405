import { expect, it } from "vitest";
import { markedPlaces, payloadLines } from "./lines.ts";

const CALL = { type: "track", properties: { revenue: "12.5", products: [{ price: 1 }, {}], empty: [] } };

it("writes a payload as JSON would, each line with its place", () => {
  const lines = payloadLines(CALL);
  expect(lines.map(({ text }) => text).join("\n")).toBe(JSON.stringify(CALL, null, 2));
  expect(lines.find(({ path }) => path === "properties.products[0].price")?.text).toBe('        "price": 1');
});

it("marks what is at fault, and of what is missing the place it is missing from", () => {
  const faults = [
    { kind: "wrong_type", property: "revenue" },
    { kind: "missing", property: "products[1].price" },
    { kind: "missing", property: "currency" },
  ];
  expect(markedPlaces(CALL, faults)).toEqual(new Set(["properties.revenue", "properties.products[1]", "properties"]));
  expect(markedPlaces({ type: "identify" }, [{ kind: "wrong_form", property: "email" }])).toEqual(new Set(["traits.email"]));
});
