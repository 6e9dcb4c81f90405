import screens from "./zh-Hans/screens.ts";
import words from "./zh-Hans/words.ts";

// What only some screens say comes with them: the rooms of i18n/index.ts.
export default { ...screens, words };
