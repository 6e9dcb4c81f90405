/** What she allows, and what follows from it for an event. */
import type { Cupboard } from "./cupboard.ts";
import { isObject, parsed } from "./shape.ts";
import type { Answers, ConsentOptions } from "./types.ts";

export const CHOICE = "unv_consent";

/** What is done with an event: kept and sent, held in memory for the answer, sent without keeping, or not at all. */
export type Way = "keep" | "hold" | "bare" | "drop";

export interface Consent {
  way(): Way;
  /** Her answer to the purpose that events need; undefined while there is none. */
  yes(): boolean | undefined;
  /** The answers with the browser's signals; undefined while nothing at all was said. */
  answers(): Answers | undefined;
  /** Remember these answers beside the earlier ones. */
  answer(given: Answers): void;
}

export function consent(options: ConsentOptions, kept: Cupboard): Consent {
  const needs = options.needs ?? "analytics";
  const mode = options.mode ?? "open";
  let said: Answers | undefined;
  const given = (): Answers | undefined => {
    const found = parsed(kept.get(CHOICE));
    return isObject(found) ? (found as Answers) : said;
  };
  const answers = (): Answers | undefined => {
    const all = { ...given(), ...signals(options, needs) };
    return Object.keys(all).length ? all : undefined;
  };
  const yes = () => answers()?.[needs];
  return {
    answers,
    yes,
    answer: (news) => {
      said = { ...given(), ...news };
      kept.set(CHOICE, JSON.stringify(said));
    },
    way: () => {
      if (yes()) return "keep";
      if (mode === "cookieless") return "bare";
      if (yes() === false) return "drop";
      return mode === "strict" ? "hold" : "keep";
    },
  };
}

/** What the browser itself says: Global Privacy Control (W3C) and the older Do Not Track. */
function signals(options: ConsentOptions, needs: string): Answers {
  const asked = navigator as Navigator & { globalPrivacyControl?: boolean };
  const untracked = options.dnt === true && asked.doNotTrack === "1";
  const private_ = options.gpc !== false && asked.globalPrivacyControl === true;
  return {
    ...(private_ || untracked ? { advertising: false, marketing: false } : {}),
    ...(untracked ? { [needs]: false } : {}),
  };
}
