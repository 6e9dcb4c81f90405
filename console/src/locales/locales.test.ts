import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "../i18n/index.ts";

type Tree = { readonly [key: string]: string | Tree };

// Every file of every language, whether it comes with the first load or with a room.
const files = import.meta.glob<Tree>("./*/*.ts", { eager: true });

function inLanguage(language: Language): Tree {
  const own = Object.entries(files).filter(([file]) => file.startsWith(`./${language}/`));
  return Object.fromEntries(own.map(([file, said]) => [file.slice(`./${language}/`.length), { ...said }]));
}

const [en, hans, hant] = LANGUAGES.map(inLanguage) as [Tree, Tree, Tree];

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

it("English says of one what it says of many", () => {
  const said = new Set(texts(en).map(([key]) => key));
  expect([...said].filter((key) => key.endsWith("_other") && !said.has(key.replace(/_other$/, "_one")))).toEqual([]);
});

it("no word is kept in two rooms that can be entered together", () => {
  const kept = Object.entries(en).flatMap(([file, room]) => Object.keys((room as Tree)[file === "words.ts" ? "default" : file === "segments.ts" ? "segmentWords" : "words"] ?? {}));
  expect(kept).toContain("jobState");
  expect(kept.filter((vocabulary, index) => kept.indexOf(vocabulary) !== index)).toEqual([]);
});

describe("Chinese as it is set", () => {
  /** The characters of a two-byte code, within the ranges of its trail bytes. */
  const characters = (encoding: string, leads: [number, number], trails: [number, number]): Set<string> => {
    const decoder = new TextDecoder(encoding);
    const found = new Set<string>();
    for (let lead = leads[0]; lead <= leads[1]; lead++) for (let trail = trails[0]; trail <= trails[1]; trail++) found.add(decoder.decode(new Uint8Array([lead, trail])));
    return found;
  };
  const HAN = /\p{Script=Han}/u;

  // Big5 holds what Taiwan writes and GB 2312 what the mainland writes, so a form of the other script is in neither.
  it.each([
    ["Traditional", hant, characters("big5", [0xa4, 0xf9], [0x40, 0xfe])],
    ["Simplified", hans, characters("gbk", [0xb0, 0xf7], [0xa1, 0xfe])],
  ])("%s keeps to its characters", (_script, words, own) => {
    const foreign = texts(words).filter(([, text]) => [...text].some((one) => HAN.test(one) && !own.has(one)));
    expect(foreign).toEqual([]);
  });

  it.each([["zh-Hans", hans], ["zh-Hant", hant]])("%s has full-width marks, its own quotes and air around Latin", (_language, words) => {
    const quotes = words === hant ? /[“”]/ : /[「」]/;
    const odd = texts(words).filter(([, text]) => {
      if (!HAN.test(text)) return false;
      const half = /\p{Script=Han}[,:;?()]|[,:;?()]\p{Script=Han}|\p{Script=Han}\.(?:\s|$)/u;
      const tight = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u;
      return half.test(text) || tight.test(text) || quotes.test(text);
    });
    expect(odd).toEqual([]);
  });

  it.each([["zh-Hans", hans], ["zh-Hant", hant]])("%s addresses everybody politely", (_language, words) => {
    expect(texts(words).filter(([, text]) => /[你妳]/.test(text))).toEqual([]);
  });
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
