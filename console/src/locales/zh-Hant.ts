import * as identity from "./zh-Hant/identity.ts";
import * as intake from "./zh-Hant/intake.ts";
import screens from "./zh-Hant/screens.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, ...identity.screens, ...intake.screens, words: { ...words, ...identity.words, ...intake.words } };
