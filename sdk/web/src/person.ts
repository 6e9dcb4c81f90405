/** Who is on this page, under the names Segment's own SDK uses, so that a shop that changes over keeps its visitors. */
import type { Cupboard } from "./cupboard.ts";
import { isObject, parsed, uuid } from "./shape.ts";
import type { Fields } from "./types.ts";

export const ANONYMOUS = "ajs_anonymous_id";
export const USER = "ajs_user_id";
const TRAITS = "ajs_user_traits";
const GROUP = "ajs_group_id";
const GROUP_TRAITS = "ajs_group_properties";

/** One subject with an id and traits: a person or a group. */
export interface Subject {
  id(id?: string): string | null;
  traits(traits?: Fields): Fields;
}

export interface User extends Subject {
  anonymousId(id?: string | null): string;
}

export interface Person {
  user: User;
  group: Subject;
  forget(): void;
  /** Go on in another cupboard; what it holds already counts, what it lacks is brought along. */
  move(to: Cupboard): void;
}

export function person(first: Cupboard): Person {
  let kept = first;
  // Others wrote ids with and without JSON's quotes.
  const word = (key: string) => kept.get(key)?.replace(/^"(.*)"$/, "$1") || null;
  const subject = (idKey: string, traitsKey: string): Subject => ({
    id: (id) => {
      if (id) kept.set(idKey, id);
      return word(idKey);
    },
    traits: (traits) => {
      if (traits) kept.set(traitsKey, JSON.stringify(traits));
      const found = parsed(kept.get(traitsKey));
      return isObject(found) ? found : {};
    },
  });
  const user: User = {
    ...subject(USER, TRAITS),
    anonymousId: (id) => {
      const known = id === undefined ? word(ANONYMOUS) : id;
      const now = known || uuid();
      if (now !== word(ANONYMOUS)) kept.set(ANONYMOUS, now);
      return now;
    },
  };
  const all = [USER, TRAITS, GROUP, GROUP_TRAITS, ANONYMOUS];
  return {
    user,
    group: subject(GROUP, GROUP_TRAITS),
    forget: () => all.forEach((key) => kept.remove(key)),
    move: (to) => {
      for (const key of all) {
        const value = kept.get(key);
        if (value && !to.get(key)) to.set(key, value);
      }
      kept = to;
    },
  };
}
