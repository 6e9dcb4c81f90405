/** Brings the queue to the server: in batches, again after a failure, and before the page is gone. */
import type { Queue } from "./queue.ts";

const MOST_EVENTS = 100;
/** Browsers let a page that is leaving send 64 KiB (Fetch standard, "keepalive"). */
const MOST_BYTES = 60_000;
const ANSWER_WITHIN_MS = 20_000;
const LONGEST_PAUSE_MS = 60_000;

export interface Sender {
  /** Send what waits as soon as the server may be asked. */
  flush(): void;
  /** Send what waits after the interval at the latest. */
  soon(): void;
  /** The page is leaving: send at once, without waiting for the answer. */
  leave(): void;
  /** The network or the page is there again. */
  again(): void;
}

export interface Line {
  url: string;
  key: string;
  flushAt: number;
  flushInterval: number;
  dropped: (text: string, reason: string) => void;
  failed: (status: number) => void;
}

export function sender(queue: Queue, line: Line): Sender {
  let busy = false;
  let failures = 0;
  let most = MOST_EVENTS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const bodyOf = (texts: string[]) =>
    `{"writeKey":${JSON.stringify(line.key)},"sentAt":"${new Date().toISOString()}","batch":[${texts.join()}]}`;
  const post = (texts: string[], keepalive: boolean) =>
    fetch(line.url, {
      method: "POST",
      // Text needs no preflight; the server does not look at the type.
      headers: { "Content-Type": "text/plain" },
      credentials: "omit",
      body: bodyOf(texts),
      keepalive,
      ...("timeout" in AbortSignal && !keepalive ? { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) } : {}),
    });
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  };
  const pause = (answer?: Response) => {
    failures += 1;
    line.failed(answer?.status ?? 0);
    const asked = waitIn(answer?.headers.get("Retry-After"));
    // Shops have many visitors: half of the pause is chance, so that they do not come back all at once.
    const own = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
    later(asked ?? own);
  };

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (busy || navigator.onLine === false) return;
    const taken = queue.take(most, MOST_BYTES);
    if (!taken.length) return;
    busy = true;
    const answer = await post(taken.map((one) => one.text), false).catch(() => undefined);
    busy = false;
    queue.back(taken, answer !== undefined && !answer.ok);
    const isRefused = answer?.status === 400 || answer?.status === 413;
    if (answer?.ok || (isRefused && taken.length === 1)) {
      failures = 0;
      queue.done(taken);
      if (isRefused) line.dropped(taken[0]!.text, `the server answered ${answer.status}`);
      else most = MOST_EVENTS;
    } else if (isRefused) most = taken.length >> 1;
    else return pause(answer);
    if (queue.waiting()) later(0);
  }

  return {
    flush: () => void flush(),
    soon: () => {
      if (failures) return;
      if (queue.waiting() >= line.flushAt) void flush();
      else timer ??= setTimeout(flush, line.flushInterval);
    },
    leave: () => {
      // An answer that is still awaited may never come; the server takes each message id once.
      if (busy) queue.back();
      const taken = queue.take(Infinity, MOST_BYTES);
      if (!taken.length) return;
      const texts = taken.map((one) => one.text);
      if ("keepalive" in Request.prototype) {
        post(texts, true).then(
          (answer) => (answer.ok ? queue.done(taken) : queue.back(taken)),
          () => queue.back(taken),
        );
      } else if (!navigator.sendBeacon(line.url, bodyOf(texts))) queue.back(taken);
    },
    again: () => {
      failures = 0;
      if (!busy) queue.back();
      void flush();
    },
  };
}

/** The milliseconds in a Retry-After, which holds seconds or a date (RFC 9110, 10.2.3). */
export function waitIn(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? +header * 1000 : Date.parse(header) - Date.now();
  return ms >= 0 ? ms : undefined;
}
