import * as intake from "./zh-Hans/intake.ts";
import * as privacy from "./zh-Hans/privacy.ts";
import screens from "./zh-Hans/screens.ts";
import plan, { words as planWords } from "./zh-Hans/plan.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...plan, words: { ...words, ...intake.words, ...planWords } };
