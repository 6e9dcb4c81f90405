import * as intake from "./zh-Hant/intake.ts";
import screens from "./zh-Hant/screens.ts";
import segmenting, { segmentWords } from "./zh-Hant/segments.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...segmenting, ...intake.screens, words: { ...words, ...segmentWords, ...intake.words } };
