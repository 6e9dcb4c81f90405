import * as identity from "./zh-Hant/identity.ts";
import * as intake from "./zh-Hant/intake.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import segmenting, { segmentWords } from "./zh-Hant/segments.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...segmenting, ...identity.screens, words: { ...words, ...intake.words, ...segmentWords, ...identity.words } };
