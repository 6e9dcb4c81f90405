/** Telling a call's arguments apart, and small things that every file needs. */
import type { Callback, Fields } from "./types.ts";

export const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** A call's arguments by what they are: its leading words, then properties and options, and a callback anywhere. */
export interface Sorted {
  words: string[];
  first: Fields;
  second: Fields;
  done: Callback | undefined;
}

/** Sort arguments as analytics.js does: everything may be left out, and null stands for what is left out. */
export function sorted(given: unknown[], mostWords: number): Sorted {
  const words: string[] = [];
  const things: Fields[] = [];
  let done: Callback | undefined;
  for (const one of given) {
    if (typeof one === "function") done = one as Callback;
    else if (isObject(one) || things.length || words.length >= mostWords) things.push(isObject(one) ? one : {});
    else words.push(one == null ? "" : String(one));
  }
  return { words, first: things[0] ?? {}, second: things[1] ?? {}, done };
}

/** A random UUID (RFC 9562, version 4); `crypto.randomUUID` itself exists only on secure pages. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 15) | 64;
  bytes[8] = (bytes[8]! & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

/** The value of a JSON text; undefined when it is none. */
export function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
