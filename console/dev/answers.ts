import { DEVICES } from "./devices.ts";
import { IDENTITY } from "./identity.ts";
import { INTAKE } from "./intake.ts";
import { PRIVACY } from "./privacy.ts";
import { EXPORTS, FILE, IMPORTS, REPORT } from "./files.ts";
import { CUSTOMER, DECISIONS, GRAPH, MOMENTS } from "./mei.ts";
import { ago, MEI, NOW, PEOPLE } from "./people.ts";
import { SEGMENT_ROUTES } from "./segments.ts";
import { QUALITY } from "./quality.ts";
import { history, JOURNEYS, members, MESSAGES, overviewDays, reportOf, SAYS, SEGMENTS } from "./programs.ts";

interface Reply {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Record<string, string>;
}

type Route = (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => Reply | object;

const PERMISSIONS = [
  "customers:read", "customers:write", "customers:export", "segments:read", "segments:write", "journeys:read", "journeys:write", "messages:read",
  "reports:read", "simulator:use", "team:read", "team:write", "audit:read", "settings:write", "prompts:answer", "sources:read", "sources:write", "events:read", "privacy:read", "privacy:write", "imports:write",
];
let offset = 0;
const started = Date.now();
const clock = () => ({ now: new Date(NOW + offset * 1000 + Date.now() - started).toISOString(), demo: true, offset_seconds: offset });
const session = () => ({
  person: { id: "p1", name: "Wei Chen", email: "owner@example.com", role: "owner", scope_name: null, stores: null, permissions: PERMISSIONS, language: "en" },
  csrf: "pretend",
  brand: { name: "Yuan Tea & Table", zone: "America/New_York", currency: "USD", languages: ["en", "zh-Hans", "zh-Hant"] },
  clock: clock(),
});
const missing = { status: 404, body: { title: "There is nothing at this address.", code: "no-such-path" } };
const list = <T>(items: readonly T[], url: URL, size = 50) => {
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const limit = Number(url.searchParams.get("limit") ?? size);
  return { items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null };
};

function customers(url: URL): object {
  const q = (url.searchParams.get("q") ?? "").toLowerCase();
  const segment = url.searchParams.get("segment");
  const sort = url.searchParams.get("sort") ?? "last_seen";
  const key = { orders: "orders", revenue: "revenue_minor", last_seen: "last_seen_at" }[sort] as "orders";
  const found = PEOPLE.filter((one) => `${one.name} ${one.email} ${one.phone}`.toLowerCase().includes(q) && (!segment || one.segments.includes(segment)));
  const sorted = found.toSorted((one, other) => (one[key] < other[key] ? 1 : -1));
  return list(sorted, url);
}

function separate(body: Record<string, unknown>): object {
  GRAPH.separations.unshift({ id: String(GRAPH.separations.length + 1), identifiers: body.identifiers as string[], at: clock().now, by: "Wei Chen", undone_at: null });
  return { customer: MEI };
}

function rejoin(id: string): object {
  for (const separation of GRAPH.separations) if (separation.id === id) separation.undone_at = clock().now;
  return { customer: MEI };
}

function overview(url: URL): object {
  const days = overviewDays(url.searchParams.get("from") ?? "2017-12-07", url.searchParams.get("to") ?? "2018-01-05").filter(
    ({ channel }) => !url.searchParams.get("channel") || channel === url.searchParams.get("channel"),
  );
  const sum = (key: "sales_minor" | "orders" | "customers" | "messages" | "opt_outs", by = 1) => Math.floor(days.reduce((total, day) => total + day[key], 0) * by);
  const totals = (by: number) => ({ sales_minor: sum("sales_minor", by), orders: sum("orders", by), customers: sum("customers", by * 0.3), messages: sum("messages", by), opt_outs: sum("opt_outs", by) });
  return { since: ago(30 * 1440), until: ago(0), zone: "America/New_York", currency: "USD", totals: totals(1), previous: totals(0.93), days, freshness_at: ago(0) };
}

const PEOPLE_OF_TEAM = [
  { id: "p1", name: "Wei Chen", email: "owner@example.com", role: "owner", language: "en", places: null, last_seen_at: ago(1) },
  { id: "p2", name: "Ana Torres", email: "marketer@example.com", role: "marketer", language: "en", places: null, last_seen_at: ago(95) },
  { id: "p3", name: "許店長", email: "manager@example.com", role: "store_manager", language: "zh-Hant", places: ["taipei-101"], last_seen_at: ago(640) },
  { id: "p4", name: "Jo Park", email: "associate@example.com", role: "associate", language: "en", places: ["taipei-101"], last_seen_at: null },
];
const PLACES = [
  { key: "taiwan", name: "Taiwan", kind: "region", parent: null },
  { key: "taipei-101", name: "Taipei 101", kind: "store", parent: "taiwan" },
  { key: "xinyi", name: "Xinyi", kind: "store", parent: "taiwan" },
  { key: "ohio", name: "Ohio", kind: "region", parent: null },
  { key: "store-367", name: "Store 367", kind: "store", parent: "ohio" },
];
const KEYS = [{ id: "k1", name: "Till", prefix: "uv_3f9a", role: "associate", places: null, created_at: ago(9000), last_used_at: ago(2), revoked_at: null }];
const AUDIT = Array.from({ length: 64 }, (_, index) => ({
  id: String(index), at: ago(index * 41), person_id: "p1", person: index % 3 ? "Wei Chen" : "Ana Torres", ip: "127.0.0.1", detail: {},
  action: ["session.opened", "journey.publish", "customer.separated", "segment.exported"][index % 4], subject: ["person:p1", "journey:cart-reminder", `customer:${MEI}`, "segment:tea"][index % 4],
}));
const PRODUCTS = [
  { id: "matcha-whisk", name: "Matcha whisk", category: "TEA WARE", price_minor: 2400 },
  { id: "tea-bowl", name: "Tea bowl", category: "TEA WARE", price_minor: 3800 },
];

function preview(body: Record<string, unknown>): object {
  const says = SAYS[String(body.language)] ?? { subject: "", text: "", button: "" };
  const blocks = body.channel === "email" ? [] : [{ type: "image", url: "" }, { type: "text", text: says.text }, { type: "button", label: says.button, url: "https://shop.example/cart" }];
  const html = `<h2 style="font-size:18px">${says.subject}</h2><p>${says.text}</p><p><a style="color:#0b6e50" href="https://shop.example/cart">${says.button}</a></p>`;
  return { subject: body.channel === "line" ? null : says.subject, text: says.text, html: body.channel === "email" ? html : null, blocks };
}

const ROUTES: [string, RegExp, Route][] = [
  ["GET", /^\/api\/session$/, session],
  ["GET", /^\/api\/home$/, () => ({
    cards: [
      { key: "sales_minor", value: 38_284_210, unit: "USD", previous: 37_190_033 }, { key: "customers", value: 1418, unit: "", previous: 1402 },
      { key: "orders", value: 12_432, unit: "", previous: 11_918 }, { key: "messages", value: 6180, unit: "", previous: 7020 }, { key: "opt_outs", value: 43, unit: "", previous: 51 },
    ],
    recent_decisions: [...DECISIONS.map((one) => ({ ...one, customer: MEI, customer_name: "林美" })), ...DECISIONS.map((one) => ({ ...one, id: `${one.id}b`, customer_name: "Grace Miller", customer: PEOPLE[3]?.id }))],
    journeys: JOURNEYS.map(({ key, name, entered }) => ({ key, name, entered_today: Math.floor(entered / 40) })), freshness_at: ago(0),
  })],
  ["GET", /^\/api\/customers$/, (_match, url) => customers(url)],
  ["POST", /^\/api\/customers\/separations\/(.+)\/undo$/, ([, id]) => rejoin(id ?? "")],
  ["GET", /^\/api\/customers\/([^/]+)$/, ([, id]) => ({ ...CUSTOMER, id, name: PEOPLE.find((one) => one.id === id)?.name ?? "" })],
  ["GET", /^\/api\/customers\/[^/]+\/timeline$/, (_match, url) => list(MOMENTS.filter(({ kind }) => !url.searchParams.get("kinds") || url.searchParams.get("kinds")?.split(",").includes(kind)), url)],
  ["GET", /^\/api\/customers\/[^/]+\/graph$/, () => GRAPH],
  ["GET", /^\/api\/customers\/[^/]+\/decisions$/, (_match, url) => list(DECISIONS, url)],
  ["POST", /^\/api\/customers\/[^/]+\/separate$/, (_match, _url, body) => separate(body)],
  ["GET", /^\/api\/segments$/, (_match, url) => list(SEGMENTS, url)],
  ["GET", /^\/api\/segments\/([^/]+)$/, ([, key]) => SEGMENTS.find((one) => one.key === key) ?? missing],
  ["GET", /^\/api\/segments\/([^/]+)\/members$/, (_match, url) => list(members, url, 20)],
  ["GET", /^\/api\/segments\/([^/]+)\/history$/, ([, key]) => ({ points: history(SEGMENTS.find((one) => one.key === key)?.size ?? 100) })],
  ["POST", /^\/api\/imports\/files$/, () => FILE],
  ["GET", /^\/api\/imports\/files\/[^/]+$/, () => FILE],
  ["GET", /^\/api\/imports$/, (_match, url) => list(IMPORTS, url)],
  ["POST", /^\/api\/imports$/, () => IMPORTS[1] ?? missing],
  ["GET", /^\/api\/imports\/([^/]+)$/, ([, id]) => IMPORTS.find((one) => one.id === id) ?? missing],
  ["GET", /^\/api\/imports\/[^/]+\/report$/, () => REPORT],
  ["POST", /^\/api\/imports\/([^/]+)\/(start|cancel)$/, ([, id]) => IMPORTS.find((one) => one.id === id) ?? missing],
  ["GET", /^\/api\/exports$/, (_match, url) => list(EXPORTS, url)],
  ["POST", /^\/api\/exports$/, () => EXPORTS[0] ?? missing],
  ["GET", /^\/api\/journeys$/, (_match, url) => list(JOURNEYS, url)],
  ["GET", /^\/api\/journeys\/([^/]+)$/, ([, key]) => JOURNEYS.find((one) => one.key === key) ?? missing],
  ["GET", /^\/api\/journeys\/([^/]+)\/report$/, ([, key]) => reportOf(key ?? "")],
  ["POST", /^\/api\/journeys\/([^/]+)\/(pause|resume)$/, ([, key, move]) => {
    for (const journey of JOURNEYS) if (journey.key === key) journey.status = move === "pause" ? "paused" : "live";
    return { ok: true };
  }],
  ["GET", /^\/api\/messages$/, (_match, url) => list(MESSAGES, url)],
  ["POST", /^\/api\/messages\/[^/]+\/preview$/, (_match, _url, body) => preview(body)],
  ["GET", /^\/api\/reports\/overview$/, (_match, url) => overview(url)],
  ["GET", /^\/api\/people$/, (_match, url) => list(PEOPLE_OF_TEAM, url)],
  ["GET", /^\/api\/places$/, (_match, url) => list(PLACES, url)],
  ["GET", /^\/api\/keys$/, (_match, url) => list(KEYS, url)],
  ["GET", /^\/api\/audit$/, (_match, url) => list(AUDIT, url)],
  ["GET", /^\/api\/stores$/, (_match, url) => list(PLACES.filter(({ kind }) => kind === "store"), url)],
  ["GET", /^\/api\/products$/, (_match, url) => list(PRODUCTS, url)],
  ["POST", /^\/api\/demo\/clock$/, (_match, _url, body) => {
    offset += Number(body.advance_seconds);
    return clock();
  }],
  ...DEVICES,
  ...IDENTITY,
  ...INTAKE,
  ...PRIVACY,
  ...SEGMENT_ROUTES,
  ...QUALITY,
];

function isReply(found: object): found is Reply {
  return "status" in found && "body" in found;
}

/** What the made-up server says to one request. */
export function answer(method: string, url: URL, body: unknown, loggedIn: boolean): Reply {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  if (url.pathname === "/api/session" && method === "POST") {
    if (given.password !== "pretend-password") return { status: 401, body: { title: "This e-mail address and password do not belong together.", code: "wrong-password" } };
    return { status: 200, body: session(), headers: { "Set-Cookie": "pretend=1; Path=/; HttpOnly" } };
  }
  if (url.pathname === "/api/session" && method === "DELETE") return { status: 200, body: { ok: true }, headers: { "Set-Cookie": "pretend=; Path=/; Max-Age=0" } };
  if (!loggedIn) return { status: 401, body: { title: "Please log in first, or send an API key.", code: "not-logged-in" } };
  for (const [verb, path, route] of ROUTES) {
    const match = url.pathname.match(path);
    if (verb === method && match) {
      const found = route(match, url, given);
      return isReply(found) ? found : { status: 200, body: found };
    }
  }
  return missing;
}
