import { expect, it } from "vitest";
import { problemOf } from "./problem.ts";

it("keeps the code, the remedy and the facts of a refusal", () => {
  const refused = problemOf(409, { title: "Taken", status: 409, code: "email-taken", again: false, detail: "Taken (email: a)", email: "a" });
  expect([refused.code, refused.again, refused.title, refused.facts]).toEqual(["email-taken", false, "Taken", { email: "a" }]);
});

it("names a refusal without a body by its status", () => {
  expect(problemOf(502, "<html>").code).toBe("http-502");
});
