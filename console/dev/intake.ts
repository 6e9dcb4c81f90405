import { DECISIONS } from "./mei.ts";
import { ago, MEI } from "./people.ts";

type Route = (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => object;

const source = (id: number, key: string, name: string, kind: string, more: object = {}) => ({
  id, key, name, kind, write_key: kind === "web" || kind === "server" ? `wk_${key}_3f9aT2vQx0LmN4bR7sYc` : null,
  old_key_until: null, paused_at: null, events_per_second: null, measurement_id: null, ...more,
});

const SOURCES = [
  source(1, "internal", "Unavoce", "internal"),
  source(2, "web", "Web shop", "web", { measurement_id: "G-TEA2018", old_key_until: ago(-1200) }),
  source(3, "till", "Tills", "server", { events_per_second: 200 }),
  source(4, "complete_journey", "Complete Journey", "import"),
  source(5, "app", "Tea app", "web", { paused_at: ago(90) }),
];
const VOLUMES = [
  { source: "internal", events: 3120, last_at: ago(1) }, { source: "web", events: 48_211, last_at: ago(0) },
  { source: "till", events: 1904, last_at: ago(3) }, { source: "complete_journey", events: 0, last_at: ago(60 * 24 * 12) }, { source: "app", events: 812, last_at: ago(91) },
];

const NAMES = ["Product Viewed", "Product Added", "Page Viewed", "Order Completed", "Identify"];
const ARRIVALS = Array.from({ length: 24 }, (_, index) => {
  const failed = index === 3 || index === 11;
  const repeated = index === 6 || index === 7;
  return {
    id: failed ? `failed-${index}` : `${1_515_163_260_000 - index * 3700}-${index.toString(16).padStart(32, "0")}`,
    outcome: failed ? "failed" : repeated ? "repeated" : "accepted", received_at: ago(index * 0.06), at: failed ? null : ago(index * 0.06 + 0.02),
    source: index % 4 === 1 ? "till" : "web", type: failed ? "" : "track", name: failed ? "" : NAMES[index % NAMES.length], message_id: `m-${9000 - index}`, store: "",
    clamped: index === 9, flagged: index === 2, customer: failed || repeated ? null : MEI, customer_name: failed || repeated ? "" : "林美",
    reason: failed ? "unknown_type" : "", detail: failed ? "type 'dance' is none of track, identify, page, screen, group, alias" : "",
  };
});

const chain = {
  customer: MEI, customer_name: "林美",
  identifiers: [{ kind: "user_id", value: "mei" }, { kind: "anonymous_id", value: "8c1f7a52-3f1b-4c5e-9d7a-2b6e1f0a9c11" }, { kind: "email", value: "mei@example.com" }],
  joins: [{ one: { kind: "user_id", value: "mei" }, other: { kind: "email", value: "mei@example.com" }, kind: "identify", reason: null }],
  traits: [{ key: "city", value: "台北市" }, { key: "language", value: "zh-Hant" }], consents: [{ channel: "email", purpose: "marketing", granted: true }],
  flips: [{ segment: "tea", direction: "entered", at: ago(0) }],
  moves: [{ journey: "cart-reminder", from_step: "", to_step: "wait", move: "entered", at: ago(0) }], decisions: DECISIONS.slice(0, 2),
};

function call(id: string): object {
  const found = ARRIVALS.find((one) => one.id === id) ?? ARRIVALS[0];
  const payload = { properties: { product_id: "matcha-whisk", name: "抹茶刷", category: "TEA WARE", price: 24 }, context: { page: { path: "/products/matcha-whisk", title: "抹茶刷" }, locale: "zh-TW" } };
  if (found?.outcome === "failed") return { ...found, payload: { type: "dance", userId: "mei" }, text: null, again_at: [], chain: null };
  return { ...found, payload, text: null, again_at: found?.outcome === "repeated" ? [ago(0.2)] : [], chain };
}

function change(id: string | undefined, changes: object): object {
  const found = SOURCES.find((one) => String(one.id) === id);
  return Object.assign(found ?? {}, changes);
}

/** Made-up sources, and what arrives from them. */
export const INTAKE: [string, RegExp, Route][] = [
  ["GET", /^\/api\/sources$/, () => ({ items: SOURCES, next: null })],
  ["GET", /^\/api\/sources\/volume$/, () => ({ items: VOLUMES, since: ago(1440) })],
  ["POST", /^\/api\/sources$/, (_match, _url, body) => {
    const made = source(SOURCES.length + 1, String(body.key), String(body.name), String(body.kind));
    SOURCES.push(made);
    return made;
  }],
  ["PATCH", /^\/api\/sources\/(\d+)$/, ([, id], _url, body) => change(id, body)],
  ["POST", /^\/api\/sources\/(\d+)\/pause$/, ([, id]) => change(id, { paused_at: ago(0) })],
  ["POST", /^\/api\/sources\/(\d+)\/resume$/, ([, id]) => change(id, { paused_at: null })],
  ["POST", /^\/api\/sources\/(\d+)\/rotate$/, ([, id]) => change(id, { write_key: "wk_new_Q8s2LmN4bR7sYc3f9aT2", old_key_until: ago(-1440) })],
  ["GET", /^\/api\/arrivals$/, (_match, url) => {
    const [outcome, from] = [url.searchParams.get("outcome"), url.searchParams.get("source")];
    return { items: ARRIVALS.filter((one) => (!outcome || one.outcome === outcome) && (!from || one.source === from)), next: null, now: ago(0) };
  }],
  ["GET", /^\/api\/arrivals\/(.+)$/, ([, id]) => call(id ?? "")],
];
