import * as intake from "./en/intake.ts";
import * as privacy from "./en/privacy.ts";
import screens from "./en/screens.ts";
import plan, { words as planWords } from "./en/plan.ts";
import words from "./en/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, ...plan, words: { ...words, ...intake.words, ...planWords } };
