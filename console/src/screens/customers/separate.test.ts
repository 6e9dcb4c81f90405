import { expect, it } from "vitest";
import type { Graph } from "../../api/types.ts";
import { staying } from "./separate.tsx";

const node = (iid: string, kind: string) => ({ iid, kind, value: iid, customer: "c", blocked: false }) satisfies Graph["nodes"][number];
const NODES = [node("browser", "anonymous_id"), node("mail", "email"), node("mei", "user_id"), node("card", "loyalty_card")];

it("stays with the customer's own id when a browser is taken out", () => {
  expect(staying(NODES, ["browser"])).toBe("mei");
});

it("stays with the next best when that one leaves", () => {
  expect(staying(NODES, ["mei", "card"])).toBe("mail");
});

it("takes any identifier rather than none", () => {
  expect(staying(NODES, ["mei", "card", "mail"])).toBe("browser");
});
