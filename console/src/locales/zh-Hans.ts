import * as intake from "./zh-Hans/intake.ts";
import screens from "./zh-Hans/screens.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, ...intake.screens, words: { ...words, ...intake.words } };
