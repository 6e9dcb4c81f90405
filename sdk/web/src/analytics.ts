/** The `analytics` object: Segment's methods and argument shapes, consent, and a queue that survives the page. */
import { capture } from "./capture.ts";
import { CHOICE, consent } from "./consent.ts";
import { contextNow, pageNow, type Noted } from "./context.ts";
import { memory, storage, type Cupboard } from "./cupboard.ts";
import type { EcommerceEvents } from "./ecommerce.ts";
import { ANONYMOUS, person, USER, type Subject, type User } from "./person.ts";
import { queue } from "./queue.ts";
import { sender } from "./sender.ts";
import { bytesIn, isObject, sorted, uuid, type Sorted } from "./shape.ts";
import type { Answers, Callback, CallOptions, Fields, Listener, Message, Middleware, Options } from "./types.ts";

declare const VERSION: string;

/** What the server takes at most as one event. */
const LARGEST_EVENT = 32 * 1024;
/** So many calls are held for an answer; the oldest give way. */
const MOST_HELD = 1000;
const LIBRARY = { name: "unavoce.js", version: VERSION };

type Sent = Promise<{ event: Message } | undefined>;
type Named = Pick<CallOptions, "userId" | "anonymousId">;

export interface Analytics {
  initialized: true;
  VERSION: string;
  identify(userId?: string | null, traits?: Fields, options?: CallOptions, done?: Callback): Sent;
  identify(traits: Fields, options?: CallOptions, done?: Callback): Sent;
  track<Name extends keyof EcommerceEvents>(event: Name, properties: EcommerceEvents[Name], options?: CallOptions, done?: Callback): Sent;
  track(event: string, properties?: Fields, options?: CallOptions, done?: Callback): Sent;
  page(category?: string, name?: string, properties?: Fields, options?: CallOptions, done?: Callback): Sent;
  page(name?: string, properties?: Fields, options?: CallOptions, done?: Callback): Sent;
  page(properties: Fields, options?: CallOptions, done?: Callback): Sent;
  screen(name?: string, properties?: Fields, options?: CallOptions, done?: Callback): Sent;
  group(): Subject;
  group(groupId: string, traits?: Fields, options?: CallOptions, done?: Callback): Sent;
  alias(userId: string, previousId?: string, options?: CallOptions, done?: Callback): Sent;
  user(): User;
  setAnonymousId(id?: string): string;
  reset(): void;
  /** Her answer, such as `{ analytics: true, advertising: false }`; returns what holds now, with the browser's signals. */
  consent(answers?: Answers): Answers | undefined;
  ready(done?: () => void): Promise<void>;
  on(name: string, listener: Listener): Analytics;
  once(name: string, listener: Listener): Analytics;
  off(name: string, listener: Listener): Analytics;
  addSourceMiddleware(...middleware: Middleware[]): Analytics;
  trackLink(links: unknown, event: unknown, properties?: unknown): Analytics;
  trackForm(forms: unknown, event: unknown, properties?: unknown): Analytics;
  /** Send what waits now. */
  flush(): void;
  debug(on?: boolean): void;
}

/** An object that sends to the source with this write key. */
export function analytics(writeKey: string, options: Options = {}): Analytics {
  const browser = storage([ANONYMOUS, USER], options.cookieDomain);
  const permit = consent(options.consent ?? {}, browser);
  let way = permit.way();
  let shelf: Cupboard = way === "keep" ? browser : memory();
  const who = person(shelf);
  const listeners = new Map<string, Listener[]>();
  const middleware: Middleware[] = [];
  let held: Message[] = [];
  let talks = false;

  const emit = (name: string, ...said: unknown[]) => {
    if (talks) console.log("analytics", name, ...said);
    listeners.get(name)?.slice().forEach((listener) => (listener as (...all: unknown[]) => void)(...said));
  };
  const dropped = (text: string, reason: string) => emit("drop", JSON.parse(text), reason);
  const line = {
    key: writeKey,
    url: addressOf(options),
    flushAt: options.flushAt ?? 20,
    flushInterval: options.flushInterval ?? 1000,
    dropped,
    failed: (status: number) => emit("fail", status),
  };
  const shelves: Cupboard = {
    get: (key) => shelf.get(key),
    set: (key, value) => shelf.set(key, value),
    remove: (key) => shelf.remove(key),
    keys: () => shelf.keys(),
  };
  const waiting = queue(shelves, `unv_q_${writeKey.slice(-8)}_`, options.queueBytes ?? 262_144, dropped);
  const post = sender(waiting, line);

  const write = (message: Message) => {
    const text = JSON.stringify(message);
    if (bytesIn(text) > LARGEST_EVENT) return dropped(text, `an event may have ${LARGEST_EVENT} bytes`);
    waiting.add(text);
    post.soon();
  };
  const decide = (message: Message) => {
    // Without a yes, nothing ties a page to a person.
    const isBare = !message.userId && /track|page|screen/.test(message.type);
    if (way === "keep" || (way === "bare" && isBare)) write(message);
    else if (permit.yes() === false) emit("drop", message, "there is no consent");
    else held = [...held, message].slice(-MOST_HELD);
  };
  const pass = (message: Message, step: number) => {
    const next = middleware[step];
    if (!next) return decide(message);
    next({
      payload: { obj: message, type: () => message.type },
      integrations: message.integrations ?? {},
      next: (payload) => payload && pass(payload.obj, step + 1),
    });
  };

  const say = (type: Message["type"], own: Fields, call: Sorted, given: CallOptions, noted?: Noted): Sent => {
    const { timestamp, messageId, integrations, context, userId, anonymousId, ...more } = given;
    const page = pageNow(noted);
    const consented = permit.answers();
    const user = named(userId, who.user.id());
    const message: Message = {
      type,
      messageId: messageId ?? uuid(),
      timestamp: new Date(timestamp ?? Date.now()).toISOString(),
      anonymousId: anonymousId ?? who.user.anonymousId(),
      ...(user && way !== "bare" ? { userId: user } : {}),
      ...own,
      context: {
        ...contextNow(page, LIBRARY),
        ...(consented ? { consent: { categoryPreferences: consented } } : {}),
        ...more,
        ...context,
      },
      ...(integrations ? { integrations } : {}),
    };
    pass(message, 0);
    call.done?.({ event: message });
    return Promise.resolve({ event: message });
  };
  // A snippet's stub puts what it noted of the page behind the arguments.
  const told = (all: unknown[], words: number): [Sorted, Noted | undefined] => {
    const last = all[all.length - 1] as Noted | undefined;
    const noted = isObject(last) && last.__t === "bpc" ? last : undefined;
    return [sorted(noted ? all.slice(0, -1) : all, words), noted];
  };

  const known = ({ words, first, second }: Sorted) => {
    const id = words[0];
    const before = who.user.id();
    const traits = !before || !id || before === id ? { ...who.user.traits(), ...first } : first;
    // Somebody else at the same device is not who was here before.
    if (id && before && before !== id) who.user.anonymousId(null);
    if (id) who.user.id(id);
    who.user.traits(traits);
    emit("identify", id, traits, second);
    return traits;
  };
  const visit = (type: "page" | "screen", all: unknown[]): Sent => {
    const [call, noted] = told(all, 2);
    const [category, name] = call.words.length > 1 ? call.words : ["", call.words[0]];
    const properties = { ...(type === "page" ? pageNow(noted) : {}), ...call.first };
    emit(type, category, name, properties, call.second);
    const titles = { ...(name ? { name } : {}), ...(category ? { category } : {}) };
    return say(type, { ...titles, properties: { ...properties, ...titles } }, call, call.second, noted);
  };
  const follow = (happening: "click" | "submit") => (things: unknown, event: unknown, properties?: unknown) => {
    const found = isObject(things) && "length" in things ? Array.from(things as unknown as ArrayLike<Element>) : [things];
    const of = (value: unknown, element: Element) => (typeof value === "function" ? value(element) : value);
    for (const one of found as Element[]) {
      one?.addEventListener(happening, () => void self.track(of(event, one), of(properties, one)));
    }
    return self;
  };

  /** After an answer: bring what is kept, held and waiting into line with it. */
  const settle = () => {
    const before = way;
    way = permit.way();
    if (permit.yes() === false) held = [];
    if (way === before) return;
    if (way === "keep") {
      const provisional = who.user.anonymousId();
      shelf = browser;
      who.move(browser);
      const lasting = who.user.anonymousId();
      const released = held;
      held = [];
      for (const one of released) {
        if (one.anonymousId === provisional) one.anonymousId = lasting;
        const answers = permit.answers();
        if (answers) one.context.consent = { categoryPreferences: answers };
        decide(one);
      }
      waiting.adopt();
    } else {
      waiting.clear();
      who.forget();
      shelf = memory();
      who.move(shelf);
    }
  };

  const self: Analytics = {
    initialized: true,
    VERSION,
    identify: (...all: unknown[]) => {
      const [call, noted] = told(all, 1);
      return say("identify", { traits: known(call) }, call, call.second, noted);
    },
    track: (...all: unknown[]) => {
      const [call, noted] = told(all, 1);
      const event = call.words[0] ?? "";
      emit("track", event, call.first, call.second);
      return say("track", { event, properties: call.first }, call, call.second, noted);
    },
    page: (...all: unknown[]) => visit("page", all),
    screen: (...all: unknown[]) => visit("screen", all),
    group: ((...all: unknown[]) => {
      if (!all.length) return who.group;
      const [call, noted] = told(all, 1);
      const groupId = who.group.id(call.words[0]) ?? "";
      const traits = who.group.traits({ ...who.group.traits(), ...call.first });
      emit("group", groupId, traits, call.second);
      return say("group", { groupId, traits }, call, call.second, noted);
    }) as Analytics["group"],
    alias: (...all: unknown[]) => {
      const [call, noted] = told(all, 2);
      const [userId = "", from] = call.words;
      const previousId = from || who.user.id() || who.user.anonymousId();
      emit("alias", userId, previousId, call.first);
      return say("alias", { userId, previousId }, call, call.first, noted);
    },
    user: () => who.user,
    setAnonymousId: (id) => who.user.anonymousId(id),
    reset: () => {
      who.forget();
      who.user.anonymousId();
      emit("reset");
    },
    consent: (answers) => {
      if (answers) {
        const was = way;
        // A yes that is taken back is still told, under the ids it was given for, and is the last that is heard.
        const named: Named = { anonymousId: who.user.anonymousId(), userId: who.user.id() ?? "" };
        permit.answer(answers);
        settle();
        const holds = permit.answers() ?? {};
        const call = sorted(["", { ...holds }], 1);
        const own = { event: "Consent Preferences Updated", properties: { ...holds } };
        if (way === "keep") void say("track", own, call, {});
        else if (was === "keep") farewell(say, own, call, named);
        emit("consent", holds);
      }
      return permit.answers();
    },
    ready: (done) => Promise.resolve().then(done),
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return self;
    },
    once: (name, listener) => {
      const first = (...said: never[]) => {
        self.off(name, first);
        listener(...said);
      };
      return self.on(name, first);
    },
    off: (name, listener) => {
      listeners.set(name, (listeners.get(name) ?? []).filter((one) => one !== listener));
      return self;
    },
    addSourceMiddleware: (...more) => {
      middleware.push(...more);
      return self;
    },
    trackLink: follow("click"),
    trackForm: follow("submit"),
    flush: post.flush,
    debug: (on = true) => void (talks = on),
  };

  /** The last word of somebody who takes her yes back goes around the consent it ends. */
  function farewell(speak: typeof say, own: Fields, call: Sorted, given: Named): void {
    const now = way;
    way = "keep";
    void speak("track", own, call, given.userId ? given : { anonymousId: given.anonymousId! });
    way = now;
    post.flush();
  }

  if (way === "keep") waiting.adopt();
  const leaving = () => post.leave();
  addEventListener("pagehide", leaving);
  document.addEventListener("visibilitychange", () => (document.hidden ? leaving() : post.again()));
  addEventListener("online", post.again);
  addEventListener("storage", (change) => change.key === CHOICE && settle());
  if (waiting.waiting()) post.soon();
  capture(self, options);
  return self;
}

const named = (given: string | undefined, known: string | null): string => given ?? known ?? "";

/** Where a batch is posted to. */
function addressOf(options: Options): string {
  const segment = options.integrations?.["Segment.io"];
  const theirs = isObject(segment) && typeof segment.apiHost === "string" ? segment.apiHost : "";
  if (theirs && !options.host) return `https://${theirs.replace(/^https?:\/\//, "")}/batch`;
  return (options.host ?? "").replace(/\/$/, "") + (options.path ?? "/v1/batch");
}
