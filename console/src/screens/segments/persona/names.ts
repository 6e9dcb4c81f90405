import type { Language } from "../../../i18n/index.ts";

// Common given names, chosen by hand for each language; none is anybody's.
const NAMES: Record<Language, readonly string[]> = {
  en: ["Robin", "Alex", "Jamie", "Morgan", "Casey", "Taylor", "Jordan", "Riley", "Avery", "Quinn", "Sam", "Charlie", "Drew", "Skyler", "Rowan", "Jesse"],
  "zh-Hans": ["小雨", "晓晨", "安然", "若溪", "子墨", "一诺", "佳宁", "思远", "嘉禾", "清扬", "乐怡", "星辰", "文悦", "知夏", "予安", "可心"],
  "zh-Hant": ["小晴", "宥安", "品妍", "柏宇", "語彤", "子晴", "冠宇", "以恩", "承恩", "思妤", "禾萱", "允樂", "若寧", "宇晨", "靖雯", "樂晴"],
};

/** What a persona is called in a language: always the same for the same face. */
export function nameOf(face: number, language: string): string {
  const names = NAMES[language as Language] ?? NAMES.en;
  return names[face % names.length] ?? "";
}
