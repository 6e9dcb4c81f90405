import * as intake from "./zh-Hant/intake.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import segmenting, { segmentWords } from "./zh-Hant/segments.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...segmenting, ...intake.screens, ...privacy.screens, words: { ...words, ...segmentWords, ...intake.words } };
