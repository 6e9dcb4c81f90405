import * as identity from "./zh-Hans/identity.ts";
import * as intake from "./zh-Hans/intake.ts";
import * as privacy from "./zh-Hans/privacy.ts";
import screens from "./zh-Hans/screens.ts";
import words from "./zh-Hans/words.ts";

export default {
  ...screens, ...identity.screens, ...intake.screens, ...privacy.screens,
  words: { ...words, ...identity.words, ...intake.words },
};
