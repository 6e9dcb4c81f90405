import { expect, it } from "vitest";
import { isPartOf, NAV } from "./nav.ts";

it("marks the place of a screen whose address does not begin with the place's", () => {
  for (const address of ["/segment-builder", "/segment-lists", "/segment-overlap", "/purchase-cycle"]) {
    const places = NAV.flatMap(({ items }) => items.map(({ to }) => to)).filter((to) => isPartOf(to, address));
    expect(places).toEqual(["/segments"]);
  }
  expect(isPartOf("/customers", "/segment-builder")).toBe(false);
});
