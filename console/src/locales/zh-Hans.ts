import * as intake from "./zh-Hans/intake.ts";
import * as privacy from "./zh-Hans/privacy.ts";
import screens from "./zh-Hans/screens.ts";
import segmenting, { segmentWords } from "./zh-Hans/segments.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, ...segmenting, ...intake.screens, ...privacy.screens, words: { ...words, ...segmentWords, ...intake.words } };
