import * as intake from "./en/intake.ts";
import screens from "./en/screens.ts";
import words from "./en/words.ts";

export default { ...screens, ...intake.screens, words: { ...words, ...intake.words } };
