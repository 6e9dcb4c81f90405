import * as identity from "./zh-Hans/identity.ts";
import * as intake from "./zh-Hans/intake.ts";
import plan, { words as planWords } from "./zh-Hans/plan.ts";
import * as privacy from "./zh-Hans/privacy.ts";
import screens from "./zh-Hans/screens.ts";
import segmenting, { segmentWords } from "./zh-Hans/segments.ts";
import words from "./zh-Hans/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...plan, ...privacy.screens, ...segmenting,
  words: { ...words, ...identity.words, ...intake.words, ...planWords, ...segmentWords },
};
