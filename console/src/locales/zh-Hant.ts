import screens from "./zh-Hant/screens.ts";
import words from "./zh-Hant/words.ts";

export default { ...screens, words };
