import { expect, it } from "vitest";
import { drawnEdges, tiesOf } from "./ties.ts";

const edge = (a: string, b: string, evidence: string, active = true) => ({ a, b, evidence, active, kind: "together", source: "app", at: "2018-01-01T05:00:00Z", reason: active ? null : "separated" });
const SIGN_UP = [edge("user", "mail", "m1"), edge("user", "card", "m1"), edge("mail", "card", "m1")];

it("tells the identifiers of one event as one reason", () => {
  const ties = tiesOf([...SIGN_UP, edge("user", "browser", "m2")]);
  expect(ties.map(({ identifiers }) => identifiers)).toEqual([["user", "mail", "card"], ["user", "browser"]]);
});

it("draws a star, not every pair", () => {
  expect(drawnEdges(SIGN_UP, "user").map(({ a, b }) => `${a}-${b}`)).toEqual(["user-mail", "user-card"]);
});

it("always draws what was set aside", () => {
  const cut = edge("mail", "card", "m3", false);
  expect(drawnEdges([...SIGN_UP, cut], "user")).toContain(cut);
});
