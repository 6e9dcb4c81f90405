import screens from "./zh-Hans/screens.ts";
import words from "./zh-Hans/words.ts";

export default { ...screens, words };
