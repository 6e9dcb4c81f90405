import * as identity from "./en/identity.ts";
import * as intake from "./en/intake.ts";
import screens from "./en/screens.ts";
import words from "./en/words.ts";

export default { ...screens, ...identity.screens, ...intake.screens, words: { ...words, ...identity.words, ...intake.words } };
