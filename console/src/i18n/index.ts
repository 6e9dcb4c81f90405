import i18next from "i18next";
import { initReactI18next } from "react-i18next";

/** The languages of the console. */
export const LANGUAGES = ["en", "zh-Hans", "zh-Hant"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language named in itself. */
export const OWN_NAME: Record<Language, string> = { en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文" };

/** A language named in itself; one that is not ours is named by its tag. */
export function ownName(tag: string): string {
  const known = LANGUAGES.find((language) => language === tag);
  return known ? OWN_NAME[known] : tag;
}

interface Texts {
  readonly default: object;
  readonly words: object;
}

const named = async (room: Promise<{ screens: object; words?: object }>): Promise<Texts> => {
  const { screens, words = {} } = await room;
  return { default: screens, words };
};
const segments = async (room: Promise<{ default: object; segmentWords: object }>): Promise<Texts> => {
  const { default: texts, segmentWords } = await room;
  return { default: texts, words: segmentWords };
};
// What only some screens say comes with them and not with the first load.
const ROOMS = {
  files: {
    en: () => named(import("../locales/en/files.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/files.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/files.ts")),
  },
  identity: {
    en: () => named(import("../locales/en/identity.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/identity.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/identity.ts")),
  },
  intake: {
    en: () => named(import("../locales/en/intake.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/intake.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/intake.ts")),
  },
  plan: {
    en: () => import("../locales/en/plan.ts"),
    "zh-Hans": () => import("../locales/zh-Hans/plan.ts"),
    "zh-Hant": () => import("../locales/zh-Hant/plan.ts"),
  },
  privacy: {
    en: () => named(import("../locales/en/privacy.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/privacy.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/privacy.ts")),
  },
  refusals: {
    en: () => named(import("../locales/en/refusals.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/refusals.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/refusals.ts")),
  },
  segments: {
    en: () => segments(import("../locales/en/segments.ts")),
    "zh-Hans": () => segments(import("../locales/zh-Hans/segments.ts")),
    "zh-Hant": () => segments(import("../locales/zh-Hant/segments.ts")),
  },
  sentences: {
    en: () => named(import("../locales/en/sentences.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/sentences.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/sentences.ts")),
  },
  team: {
    en: () => named(import("../locales/en/team.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/team.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/team.ts")),
  },
  simulator: {
    en: () => named(import("../locales/en/simulator.ts")),
    "zh-Hans": () => named(import("../locales/zh-Hans/simulator.ts")),
    "zh-Hant": () => named(import("../locales/zh-Hant/simulator.ts")),
  },
} satisfies Record<string, Record<Language, () => Promise<Texts>>>;
type Room = keyof typeof ROOMS;
const entered = new Set<Room>();

async function learn(room: Room, language: Language): Promise<void> {
  const texts = await ROOMS[room][language]();
  i18next.addResourceBundle(language, "translation", { ...texts.default, words: texts.words }, true, true);
}

/** Loads a screen together with what only it and its neighbours say, in the language shown and in those chosen later. */
export async function saying<Screen>(rooms: Room | readonly Room[], screen: Promise<Screen>): Promise<Screen> {
  const said = [rooms].flat();
  for (const room of said) entered.add(room);
  const shown = LANGUAGES.find((language) => language === i18next.language);
  const [found] = await Promise.all([screen, ...(shown ? said.map((room) => learn(room, shown)) : [])]);
  return found;
}

/** Loads what a room says, in the language shown and in those chosen later. */
export async function enter(room: Room): Promise<void> {
  await saying(room, Promise.resolve());
}

const KEPT_UNDER = "unavoce.language";
const LOADERS: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("../locales/en.ts"),
  "zh-Hans": () => import("../locales/zh-Hans.ts"),
  "zh-Hant": () => import("../locales/zh-Hant.ts"),
};

/** Our language for a browser's tag: zh-TW, zh-HK and zh-MO write Traditional Chinese. */
export function languageFor(tag: string): Language | undefined {
  if (/^en\b/i.test(tag)) return "en";
  if (/^zh(?=-|$)/i.test(tag)) return /hant|-(tw|hk|mo)\b/i.test(tag) ? "zh-Hant" : "zh-Hans";
  return undefined;
}

function preferred(): Language {
  const kept = LANGUAGES.find((language) => language === localStorage.getItem(KEPT_UNDER));
  return kept ?? navigator.languages.map(languageFor).find((language) => language !== undefined) ?? "en";
}

/** Loads a language, shows it and remembers it for this person. */
export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const words = await LOADERS[language]();
    i18next.addResourceBundle(language, "translation", words.default);
  }
  await Promise.all([...entered].map((room) => learn(room, language)));
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** Keeps the choice in this browser. */
export function remember(language: Language): void {
  localStorage.setItem(KEPT_UNDER, language);
}

// Around what is filled into a sentence, until it is known what stands beside it.
const SEAM = "\u2063";

/** A sentence with what was filled in: where Chinese meets Latin letters or digits at a seam, it gets air. */
export function aired(text: string): string {
  return text
    .replaceAll(/(\p{Script=Han})\u2063+([A-Za-z0-9$])/gu, "$1 $2")
    .replaceAll(/([A-Za-z0-9%])\u2063+(\p{Script=Han})/gu, "$1 $2")
    .replaceAll(SEAM, "");
}

/** Starts in the remembered or the browser's language. */
export async function startSpeaking(): Promise<void> {
  await i18next.use(initReactI18next).use({ type: "postProcessor", name: "air", process: aired }).init({
    fallbackLng: false,
    load: "currentOnly",
    supportedLngs: [...LANGUAGES],
    // React escapes what it shows; the hook for escaping marks the seams instead.
    interpolation: { escapeValue: true, escape: (text) => `${SEAM}${text}${SEAM}` },
    postProcess: "air",
    returnNull: false,
    resources: {},
    react: { useSuspense: false },
  });
  await speak(preferred());
}
