import screens from "./en/screens.ts";
import words from "./en/words.ts";

export default { ...screens, words };
