import * as identity from "./zh-Hans/identity.ts";
import * as intake from "./zh-Hans/intake.ts";
import * as privacy from "./zh-Hans/privacy.ts";
import screens from "./zh-Hans/screens.ts";
import segmenting, { segmentWords } from "./zh-Hans/segments.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...segmenting, ...identity.screens, words: { ...words, ...intake.words, ...segmentWords, ...identity.words } };
