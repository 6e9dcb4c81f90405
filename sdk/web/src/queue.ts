/** Events that wait to be sent: each under a key of its own in storage, so that tabs never overwrite one another. */
import type { Cupboard } from "./cupboard.ts";
import { bytesIn } from "./shape.ts";

/** The server knows a message id for 72 hours; one that may have arrived is not sent again after 71. */
const SAFE_TO_REPEAT_MS = 71 * 3_600_000;

export interface Entry {
  key: string;
  /** The event as JSON. */
  text: string;
  bytes: number;
  /** When it was first sent without hearing back; 0 when never. */
  tried: number;
  /** Whether storage has it. */
  kept: boolean;
  /** Whether it is on its way at the moment. */
  away: boolean;
}

export interface Queue {
  add(text: string): void;
  /** The next events, the oldest first, marked as being on their way. */
  take(most: number, mostBytes: number): Entry[];
  done(entries: Entry[]): void;
  /** Let what is on its way be sent again; `refused` says that it surely did not arrive. */
  back(entries?: Entry[], refused?: boolean): void;
  /** Take up what earlier pages and closed tabs left behind. */
  adopt(): void;
  clear(): void;
  /** How many wait and are not on their way. */
  waiting(): number;
}

export function queue(
  kept: Cupboard,
  prefix: string,
  mostBytes: number,
  dropped: (text: string, reason: string) => void,
): Queue {
  let entries: Entry[] = [];
  let count = 0;
  const keep = (one: Entry) => kept.set(one.key, `${one.tried} ${one.text}`);
  const without = (gone: Entry[]) => {
    entries = entries.filter((one) => !gone.includes(one));
    gone.forEach((one) => kept.remove(one.key));
  };
  const trim = () => {
    let total = entries.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of [...entries]) {
      if (total <= mostBytes) return;
      total -= one.bytes;
      without([one]);
      dropped(one.text, "the queue is full");
    }
  };
  const tidy = () => {
    // Another tab may have sent it meanwhile, or she may have taken her consent back there.
    without(entries.filter((one) => !one.away && one.kept && kept.get(one.key) === null));
    const old = entries.filter((one) => !one.away && one.tried && Date.now() - one.tried > SAFE_TO_REPEAT_MS);
    without(old);
    old.forEach((one) => dropped(one.text, "it may have arrived days ago"));
  };
  return {
    add: (text) => {
      count += 1;
      const key = `${prefix}${Date.now()}_${String(count).padStart(6, "0")}_${Math.random().toString(36).slice(2, 8)}`;
      const one = { key, text, bytes: bytesIn(text), tried: 0, kept: false, away: false };
      one.kept = keep(one);
      entries.push(one);
      trim();
    },
    take: (most, limit) => {
      tidy();
      const taken: Entry[] = [];
      let bytes = 0;
      for (const one of entries) {
        if (one.away) continue;
        if (taken.length >= most || (taken.length && bytes + one.bytes > limit)) break;
        bytes += one.bytes;
        one.away = true;
        if (!one.tried) {
          one.tried = Date.now();
          if (one.kept) keep(one);
        }
        taken.push(one);
      }
      return taken;
    },
    done: without,
    back: (some = entries, refused = false) => {
      for (const one of some) {
        one.away = false;
        if (refused) one.tried = 0;
        if (refused && one.kept) keep(one);
      }
    },
    adopt: () => {
      const known = new Set(entries.map((one) => one.key));
      for (const key of kept.keys()) {
        const value = key.startsWith(prefix) && !known.has(key) ? kept.get(key) : null;
        if (value === null) continue;
        const space = value.indexOf(" ");
        const text = value.slice(space + 1);
        entries.push({ key, text, bytes: bytesIn(text), tried: +value.slice(0, space), kept: true, away: false });
      }
      entries.sort((one, other) => (one.key < other.key ? -1 : 1));
      trim();
    },
    clear: () => without(entries),
    waiting: () => entries.filter((one) => !one.away).length,
  };
}
