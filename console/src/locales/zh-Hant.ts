import * as intake from "./zh-Hant/intake.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...intake.screens, ...privacy.screens, words: { ...words, ...intake.words } };
