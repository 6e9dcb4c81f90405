import screens from "./en/screens.ts";
import words from "./en/words.ts";

// What only some screens say comes with them: the rooms of i18n/index.ts.
export default { ...screens, words };
