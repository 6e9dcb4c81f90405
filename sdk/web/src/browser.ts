/** The script for pages: finds its write key, takes over what a snippet has queued, and becomes `window.analytics`. */
import { analytics, type Analytics } from "./analytics.ts";
import type { ConsentOptions, Mode, Options } from "./types.ts";

type Call = [string, ...unknown[]];
/** What a snippet leaves: calls in an array that has the methods already. */
type Stub = Call[] & { _writeKey?: string; _loadOptions?: Options; initialized?: boolean };

/** These hold for every call, so they come before the calls that stand in front of them. */
const FIRST = /^(addSourceMiddleware|on|once|setAnonymousId)$/;
const ALIASES = { trackClick: "trackLink", trackSubmit: "trackForm", pageview: "page" } as const;

const script = document.currentScript as HTMLScriptElement | null;
const said = script?.dataset ?? {};
const source = script?.src ?? "";
const page = window as unknown as Record<string, Stub | undefined>;
const name = said.global ?? "analytics";
const stub: Stub = (page[name] ??= [] as unknown as Stub);
const address = /\/sdk\/(?!unavoce\.)([^/]+)\.js|\/analytics\.js\/v1\/([^/]+)\//.exec(source);
const key = said.writeKey ?? address?.[1] ?? address?.[2] ?? stub._writeKey;

if (!stub.initialized) {
  if (key) start(key, stub._loadOptions ?? {});
  // Without a key in sight it starts when it is told one.
  else (stub as unknown as { load: unknown }).load = start;
}

function start(writeKey: string, given: Options = {}): void {
  const host = said.host ?? given.host ?? (given.integrations?.["Segment.io"] ? undefined : hostOf(source));
  const made = analytics(writeKey, { ...fromAttributes(), ...given, ...(host ? { host } : {}) });
  const methods = made as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const [alias, method] of Object.entries(ALIASES)) methods[alias] = methods[method]!;
  // Who kept the stub in a variable keeps speaking to us.
  for (const method of Object.keys(methods)) (stub as unknown as Record<string, unknown>)[method] = methods[method];
  const calls = stub.splice(0);
  const push = ([method, ...rest]: Call) => void (method !== "load" && methods[method]?.(...rest));
  Object.assign(made, { push, load: () => made });
  stub.push = push as never;
  page[name] = made as never;
  calls.filter(([method]) => FIRST.test(method)).forEach(push);
  calls.filter(([method]) => !FIRST.test(method)).forEach(push);
}

/** What the script's own tag says: `data-consent="strict" data-gpc="off" data-pages data-clicks`. */
function fromAttributes(): Options {
  const consent: ConsentOptions = { gpc: said.gpc !== "off", dnt: said.dnt === "on" };
  if (said.consent) consent.mode = said.consent as Mode;
  return { consent, pages: said.pages !== undefined, clicks: said.clicks !== undefined };
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}

export type { Analytics };
