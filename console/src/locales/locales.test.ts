import { describe, expect, it } from "vitest";
import enFirst from "./en.ts";
import * as enIdentity from "./en/identity.ts";
import * as enIntake from "./en/intake.ts";
import * as enPrivacy from "./en/privacy.ts";
import enPlan, { words as enPlanWords } from "./en/plan.ts";
import enSegments, { segmentWords as enWords } from "./en/segments.ts";
import hansFirst from "./zh-Hans.ts";
import * as hansIdentity from "./zh-Hans/identity.ts";
import * as hansIntake from "./zh-Hans/intake.ts";
import * as hansPrivacy from "./zh-Hans/privacy.ts";
import hansPlan, { words as hansPlanWords } from "./zh-Hans/plan.ts";
import hansSegments, { segmentWords as hansWords } from "./zh-Hans/segments.ts";
import hantFirst from "./zh-Hant.ts";
import * as hantIdentity from "./zh-Hant/identity.ts";
import * as hantIntake from "./zh-Hant/intake.ts";
import * as hantPrivacy from "./zh-Hant/privacy.ts";
import hantPlan, { words as hantPlanWords } from "./zh-Hant/plan.ts";
import hantSegments, { segmentWords as hantWords } from "./zh-Hant/segments.ts";

const en = { ...enFirst, ...enIdentity.screens, ...enIntake.screens, ...enPrivacy.screens, ...enPlan, ...enSegments, words: { ...enFirst.words, ...enIdentity.words, ...enIntake.words, ...enPlanWords, ...enWords } };
const hans = { ...hansFirst, ...hansIdentity.screens, ...hansIntake.screens, ...hansPrivacy.screens, ...hansPlan, ...hansSegments, words: { ...hansFirst.words, ...hansIdentity.words, ...hansIntake.words, ...hansPlanWords, ...hansWords } };
const hant = { ...hantFirst, ...hantIdentity.screens, ...hantIntake.screens, ...hantPrivacy.screens, ...hantPlan, ...hantSegments, words: { ...hantFirst.words, ...hantIdentity.words, ...hantIntake.words, ...hantPlanWords, ...hantWords } };

type Tree = { readonly [key: string]: string | Tree };

function texts(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : texts(value, `${path}${key}/`),
  );
}

// English says one and many differently; Chinese does not.
const keys = (tree: Tree) => texts(tree).map(([key]) => key).filter((key) => !key.endsWith("_one")).sort();
const slots = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name).sort();

describe.each([
  ["zh-Hans", hans],
  ["zh-Hant", hant],
])("%s", (_language, words) => {
  it("says everything that English says and nothing else", () => {
    expect(keys(words)).toEqual(keys(en));
  });

  it("fills the same places in every sentence", () => {
    const english = new Map(texts(en));
    const differing = texts(words).filter(([key, text]) => slots(text).join() !== slots(english.get(key) ?? "").join());
    expect(differing).toEqual([]);
  });
});

it.each([["en", en], ["zh-Hans", hans], ["zh-Hant", hant]])("%s leaves nothing unsaid", (_language, words) => {
  expect(texts(words).filter(([, text]) => text.trim() === "")).toEqual([]);
});

describe("the words of the product", () => {
  // Regional words that must not slip from one Chinese into the other.
  it.each(["客户", "人群", "渠道", "门店", "消息", "导购", "撤销", "设置", "登录"])("Traditional Chinese does not say %s", (word) => {
    expect(texts(hant).filter(([, text]) => text.includes(word))).toEqual([]);
  });

  it.each(["顧客", "分眾", "通路", "門市", "訊息", "管道", "復原", "設定", "登入"])("Simplified Chinese does not say %s", (word) => {
    expect(texts(hans).filter(([, text]) => text.includes(word))).toEqual([]);
  });

  it("has no exclamation marks", () => {
    expect([en, hans, hant].flatMap((words) => texts(words)).filter(([, text]) => /[!！]/.test(text))).toEqual([]);
  });
});
