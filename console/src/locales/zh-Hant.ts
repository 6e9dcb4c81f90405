import screens from "./zh-Hant/screens.ts";
import words from "./zh-Hant/words.ts";

// What only some screens say comes with them: the rooms of i18n/index.ts.
export default { ...screens, words };
