import * as identity from "./zh-Hant/identity.ts";
import * as intake from "./zh-Hant/intake.ts";
import plan, { words as planWords } from "./zh-Hant/plan.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import segmenting, { segmentWords } from "./zh-Hant/segments.ts";
import words from "./zh-Hant/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...plan, ...privacy.screens, ...segmenting,
  words: { ...words, ...identity.words, ...intake.words, ...planWords, ...segmentWords },
};
