import * as intake from "./zh-Hant/intake.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import plan, { words as planWords } from "./zh-Hant/plan.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...plan, words: { ...words, ...intake.words, ...planWords } };
