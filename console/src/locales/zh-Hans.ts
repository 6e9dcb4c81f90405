import * as intake from "./zh-Hans/intake.ts";
import screens from "./zh-Hans/screens.ts";
import segmenting, { segmentWords } from "./zh-Hans/segments.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, ...segmenting, ...intake.screens, words: { ...words, ...segmentWords, ...intake.words } };
