import * as identity from "./en/identity.ts";
import * as intake from "./en/intake.ts";
import * as privacy from "./en/privacy.ts";
import screens from "./en/screens.ts";
import words from "./en/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...privacy.screens,
  words: { ...words, ...identity.words, ...intake.words },
};
