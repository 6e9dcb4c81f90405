import * as identity from "./en/identity.ts";
import * as intake from "./en/intake.ts";
import plan, { words as planWords } from "./en/plan.ts";
import * as privacy from "./en/privacy.ts";
import screens from "./en/screens.ts";
import segmenting, { segmentWords } from "./en/segments.ts";
import words from "./en/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...plan, ...privacy.screens, ...segmenting,
  words: { ...words, ...identity.words, ...intake.words, ...planWords, ...segmentWords },
};
