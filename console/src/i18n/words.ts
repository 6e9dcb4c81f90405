import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type en from "../locales/en.ts";
import type { words as filesWords } from "../locales/en/files.ts";
import type { words as identityWords } from "../locales/en/identity.ts";
import type { words as intakeWords } from "../locales/en/intake.ts";
import type { words as planWords } from "../locales/en/plan.ts";
import type { words as refusalWords } from "../locales/en/refusals.ts";
import type { words as teamWords } from "../locales/en/team.ts";
import type { segmentWords } from "../locales/en/segments.ts";

/** The kinds of codes that the server speaks in and the console says in words. */
export type Vocabulary = keyof (typeof en)["words"] | keyof typeof filesWords | keyof typeof identityWords | keyof typeof intakeWords | keyof typeof planWords | keyof typeof segmentWords | keyof typeof refusalWords | keyof typeof teamWords;

/** A name the server keeps per language, or as plain text. */
export type Named = string | Readonly<Record<string, unknown>> | null | undefined;

function readable(code: string): string {
  const spaced = code.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The word for a code in the language shown; an unknown code is shown readably rather than hidden. */
export function word(vocabulary: Vocabulary, code: string): string {
  const words: unknown = i18next.getResource(i18next.language, "translation", `words.${vocabulary}`);
  if (typeof words === "object" && words !== null && code in words) {
    const found: unknown = (words as Record<string, unknown>)[code];
    if (typeof found === "string") return found;
  }
  return readable(code);
}

/** True when the code has a word of its own. */
export function hasWord(vocabulary: Vocabulary, code: string): boolean {
  const words: unknown = i18next.getResource(i18next.language, "translation", `words.${vocabulary}`);
  return typeof words === "object" && words !== null && code in words;
}

/** A name in the language shown, else in English, else in any. */
export function said(name: Named): string {
  if (name === null || name === undefined) return "";
  if (typeof name === "string") return name;
  const found = name[i18next.language] ?? name.en ?? Object.values(name)[0];
  return typeof found === "string" ? found : "";
}

/** `word` and `said`, drawn again when the language changes. */
export function useWords(): { word: typeof word; said: typeof said } {
  useTranslation();
  return { word, said };
}
