import { expect, it } from "vitest";
import { languageFor, ownName } from "./index.ts";

it.each([
  ["en-GB", "en"],
  ["zh-TW", "zh-Hant"],
  ["zh-HK", "zh-Hant"],
  ["zh-Hant-TW", "zh-Hant"],
  ["zh-CN", "zh-Hans"],
  ["zh", "zh-Hans"],
  ["fr-FR", undefined],
])("a browser that asks for %s is shown %s", (tag, language) => {
  expect(languageFor(tag)).toBe(language);
});

it("names a language in itself", () => {
  expect(ownName("zh-Hant")).toBe("繁體中文");
  expect(ownName("ja")).toBe("ja");
});
