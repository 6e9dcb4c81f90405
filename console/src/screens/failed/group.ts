import type { TFunction } from "i18next";
import type { Answer } from "../../api/types.ts";

export type Group = Answer<"/api/failed-events/groups">["items"][number];
export type Failed = Answer<"/api/failed-events">["items"][number];

export const STATES = ["open", "replaying", "replayed", "discarded"] as const;
export type State = (typeof STATES)[number];

/** Which group is looked at; an empty word is a group's word, too, so the filter says it as it is. */
export interface Chosen {
  readonly source: string;
  readonly reason: string;
  readonly name: string;
  readonly what: string;
}

/** The group in the address: its four words with a sign between that none of them holds. */
export const written = (group: Chosen): string => [group.source, group.reason, group.name, group.what].join("|");

/** A group out of the address. */
export function chosenOf(text: string | undefined): Chosen | undefined {
  if (text === undefined) return undefined;
  const [source = "", reason = "", name = "", ...what] = text.split("|");
  return { source, reason, name, what: what.join("|") };
}

/** What a group is called. */
export const titleOf = (t: TFunction, group: Chosen): string => group.name || t("failed.noName");
