import * as identity from "./en/identity.ts";
import * as intake from "./en/intake.ts";
import * as privacy from "./en/privacy.ts";
import screens from "./en/screens.ts";
import segmenting, { segmentWords } from "./en/segments.ts";
import words from "./en/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...segmenting, ...identity.screens, words: { ...words, ...intake.words, ...segmentWords, ...identity.words } };
