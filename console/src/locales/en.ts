import * as intake from "./en/intake.ts";
import * as privacy from "./en/privacy.ts";
import screens from "./en/screens.ts";
import segmenting, { segmentWords } from "./en/segments.ts";
import words from "./en/words.ts";

export default { ...screens, ...segmenting, ...intake.screens, ...privacy.screens, words: { ...words, ...segmentWords, ...intake.words } };
