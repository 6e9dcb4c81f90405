import { expect, it } from "vitest";
import { framed } from "./mail.tsx";

it("loads nothing from outside, so that looking does not count as opening", () => {
  const page = framed('<img src="http://127.0.0.1:8700/t/o/abc.gif"><p>Hello</p>');
  const policy = page.match(/content="([^"]+)"/)?.[1] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("img-src data:;");
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<img"));
});
