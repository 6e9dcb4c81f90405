import { ago } from "./people.ts";

const ORDER = {
  type: "object",
  properties: {
    order_id: { type: "string" },
    revenue: { type: "number", minimum: 0 },
    currency: { type: "string", enum: ["USD", "TWD"] },
    email: { type: "string", format: "email", "x-personal": true },
    products: { type: "array", items: { type: "object", properties: { product_id: { type: "string" }, price: { type: "number" } }, required: ["product_id"] } },
  },
  required: ["order_id", "revenue", "currency"],
};

const PLAN = {
  version: 5,
  items: [
    { name: "Product Viewed", version: 2, mode: "observe", has_draft: false, events: 48_211, faulty: 390, blocked: 0, last_at: ago(1) },
    { name: "Order Completed", version: 3, mode: "block", has_draft: true, events: 12_432, faulty: 231, blocked: 231, last_at: ago(2) },
    { name: "Page Viewed", version: null, mode: null, has_draft: false, events: 9120, faulty: 0, blocked: 0, last_at: ago(1) },
    { name: "Product Added", version: 1, mode: null, has_draft: false, events: 7310, faulty: 12, blocked: 0, last_at: ago(4) },
    { name: "Coupon Redeemed", version: null, mode: null, has_draft: true, events: 640, faulty: 0, blocked: 0, last_at: ago(35) },
  ],
  sources: [{ source: "web", mode: "warn" }],
  next: null,
};

const planned = (name: string) => {
  const line = PLAN.items.find((one) => one.name === name);
  const versions = Array.from({ length: line?.version ?? 0 }, (_, index) => ({
    version: index + 1, plan_version: index + 2, mode: line?.mode ?? null, body: ORDER, published_at: ago(9000 - index * 2000), published_by: index % 2 ? "Ana Torres" : "Wei Chen",
  })).reverse();
  const draft = line?.has_draft ? { mode: "block", body: ORDER, changed_at: ago(12), changed_by: "Wei Chen" } : null;
  const wrong = line && line.faulty > 0 ? [
    { mode: "block", kind: "wrong_type", property: "revenue", events: 190, last_at: ago(2) },
    { mode: "block", kind: "missing", property: "products[].product_id", events: 41, last_at: ago(31) },
  ] : [];
  return { name, versions, draft, wrong };
};

const DIFF = {
  items: [
    { property: "currency", keyword: "enum", change: "changed", before: '["USD"]', after: '["USD", "TWD"]' },
    { property: "currency", keyword: "required", change: "added", before: "", after: "true" },
    { property: "coupon", keyword: "property", change: "removed", before: '""', after: "" },
  ],
  next: null,
};
const EFFECT = { checked: 10_000, faulty: 231, faults: [{ what: "wrong_type revenue", events: 190 }, { what: "missing products[].product_id", events: 41 }] };

const CALL = {
  type: "track", event: "Order Completed", messageId: "o-8812", userId: "mei-lin", timestamp: ago(8),
  properties: { order_id: "A-8812", revenue: "1,280", currency: "TWD", products: [{ product_id: "matcha-whisk", price: 640 }, { price: 640 }] },
};
const FAULTS = [
  { kind: "wrong_type", property: "revenue", expected: '["number"]' },
  { kind: "missing", property: "products[1].product_id", expected: "" },
];
const failed = (id: number, state = "open") => ({
  id, source: "web", reason: "against_plan", detail: 'revenue: wrong type (["number"])', place: null, received_at: ago(id * 3), content: JSON.stringify(CALL), original: null, name: "Order Completed",
  message_id: `o-${8800 + id}`, what: "wrong_type revenue", faults: FAULTS, state, result: state === "replayed" ? "entered" : null, changed_at: null, changed_by: null,
});
const GROUPS = [
  { source: "web", reason: "against_plan", name: "Order Completed", what: "wrong_type revenue", state: "open", events: 190, first_at: ago(3000), last_at: ago(2) },
  { source: "web", reason: "against_plan", name: "Order Completed", what: "missing products[].product_id", state: "open", events: 41, first_at: ago(2500), last_at: ago(31) },
  { source: "till", reason: "no_name", name: "", what: "", state: "open", events: 3, first_at: ago(700), last_at: ago(690) },
];
const JOBS = [
  { id: 2, kind: "replay", state: "running", total: 1200, done: 500, changed: 488, passing: 488, made_at: ago(1), made_by: "Wei Chen", ended_at: null },
  { id: 1, kind: "repair", state: "done", total: 1200, done: 1200, changed: 1200, passing: 1164, made_at: ago(6), made_by: "Wei Chen", ended_at: ago(5) },
];
const SOURCES = [
  { key: "till", name: "Tills", kind: "server", standing: "quiet", last_at: ago(190), weeks: 4, events: 812, usual: 1104.25, awaited: 141, repeated: 3, failed: 3, faulty: 0, clamped: 0, unplanned: 0, unplanned_names: [], resolved: 703, looked_at: 812, missing: 0, missing_places: [] },
  { key: "web", name: "Web shop", kind: "web", standing: "usual", last_at: ago(1), weeks: 4, events: 8211, usual: 8040.5, awaited: 0, repeated: 61, failed: 231, faulty: 243, clamped: 2, unplanned: 640, unplanned_names: ["Coupon Redeemed", "Page Viewed"], resolved: 2976, looked_at: 8211, missing: 41, missing_places: ["Order Completed: products[].product_id"] },
  { key: "app", name: "App", kind: "web", standing: "new", last_at: ago(9), weeks: 0, events: 96, usual: null, awaited: 0, repeated: 0, failed: 0, faulty: 0, clamped: 11, unplanned: 96, unplanned_names: ["Screen Viewed"], resolved: 88, looked_at: 96, missing: 0, missing_places: [] },
  { key: "complete_journey", name: "Complete Journey", kind: "import", standing: "past", last_at: ago(40_000), weeks: 4, events: 0, usual: 0, awaited: 0, repeated: 0, failed: 0, faulty: 0, clamped: 0, unplanned: 0, unplanned_names: [], resolved: 0, looked_at: 0, missing: 0, missing_places: [] },
];

/** The plan, failed events and data quality of the made-up server. */
export const QUALITY: [string, RegExp, (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => object][] = [
  ["GET", /^\/api\/freshness$/, () => ({ now: ago(0), watermark: ago(0), behind_seconds: 0.4, waiting: 12, sources: [{ source: "web", last_at: ago(0) }, { source: "till", last_at: ago(190) }] })],
  ["GET", /^\/api\/tracking-plan$/, () => PLAN],
  ["GET", /^\/api\/tracking-plan\/event$/, (_match, url) => planned(url.searchParams.get("name") ?? "")],
  ["GET", /^\/api\/tracking-plan\/diff$/, () => DIFF],
  ["GET", /^\/api\/tracking-plan\/infer$/, () => ({ events: 9120, body: ORDER, observed: [] })],
  ["POST", /^\/api\/tracking-plan\/effect$/, () => EFFECT],
  ["PUT", /^\/api\/tracking-plan\/draft$/, (_match, _url, body) => ({ mode: body.mode, body: body.body, changed_at: ago(0), changed_by: "Wei Chen" })],
  ["POST", /^\/api\/tracking-plan\/publish$/, () => ({ version: 4, plan_version: 6, mode: "block", body: ORDER, published_at: ago(0), published_by: "Wei Chen" })],
  ["PUT", /^\/api\/tracking-plan\/sources\/(.+)$/, (match, _url, body) => ({ source: match[1], mode: body.mode })],
  ["GET", /^\/api\/failed-events\/groups$/, (_match, url) => ({ items: url.searchParams.get("state") === "open" ? GROUPS : [], next: null })],
  ["GET", /^\/api\/failed-events\/jobs$/, () => ({ items: JOBS, next: null })],
  ["POST", /^\/api\/failed-events\/jobs$/, () => JOBS[0] ?? {}],
  ["POST", /^\/api\/failed-events\/rehearsal$/, () => ({ matching: 190, tried: 190, changed: 190, passing_before: 0, passing: 184, examples: [], left: { "missing products[].product_id": 6 } })],
  ["GET", /^\/api\/failed-events$/, (_match, url) => ({ items: Array.from({ length: 12 }, (_, index) => failed(index + 1, url.searchParams.get("state") ?? "open")), next: "12" })],
  ["GET", /^\/api\/failed-events\/(\d+)$/, (match) => ({ failed: failed(Number(match[1])), verdict: { passes: false, reason: "against_plan", detail: "", what: "wrong_type revenue", faults: FAULTS } })],
  ["PUT", /^\/api\/failed-events\/(\d+)$/, (match) => ({ failed: failed(Number(match[1])), verdict: { passes: true, reason: "", detail: "", what: "", faults: [] } })],
  ["GET", /^\/api\/data-quality$/, () => ({ since: ago(1500), until: ago(60), items: SOURCES, next: null })],
];
