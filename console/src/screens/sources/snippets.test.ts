import { expect, it } from "vitest";
import { snippets } from "./snippets.ts";

const way = { host: "https://data.shop.example", key: "wk_tea", measurement: "G-TEA123" };

it.each(snippets(way).map((snippet) => [snippet.label, snippet] as const))("%s is told the address and the key", (_label, { code }) => {
  expect(code).toContain("data.shop.example");
  expect(code.includes("wk_tea") || code.includes("G-TEA123")).toBe(true);
});

it("says which scheme Segment's web client is to speak", () => {
  const web = (host: string) => snippets({ ...way, host }).find(({ key }) => key === "web")?.code;
  expect(web(way.host)).toContain('protocol: "https"');
  expect(web("http://127.0.0.1:8700")).toContain('apiHost: "127.0.0.1:8700/v1", protocol: "http"');
});

it("shows our own script first, under the source's key", () => {
  expect(snippets(way)[0]?.code).toContain('src="https://data.shop.example/sdk/wk_tea.js"');
});

it("leaves room for a measurement id that is not there yet", () => {
  const code = snippets({ ...way, measurement: null }).map((snippet) => snippet.code).join("\n");
  expect(code).toContain("G-XXXXXXX");
});
