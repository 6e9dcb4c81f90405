import * as identity from "./zh-Hant/identity.ts";
import * as intake from "./zh-Hant/intake.ts";
import * as privacy from "./zh-Hant/privacy.ts";
import screens from "./zh-Hant/screens.ts";
import words from "./zh-Hant/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...privacy.screens,
  words: { ...words, ...identity.words, ...intake.words },
};
