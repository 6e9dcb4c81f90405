import { ago } from "./people.ts";

type Route = (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => object;

const request = (id: number, kind: string, state: string, more: object = {}) => ({
  id, kind, state, asked_by: "Olivia Chen", asked_at: ago(60 * id), reason: "", confirmed_by: null, confirmed_at: null, begun_at: null,
  done_at: null, step: "", progress: 0, rows: 0, tables: [], error: "", has_receipt: false, ...more,
});
const TABLES = [
  { table: "postgres:profile.identifier", rows: 6 }, { table: "postgres:profile.trait", rows: 11 }, { table: "postgres:deliver.message", rows: 7 },
  { table: "clickhouse:collect.event", rows: 184 }, { table: "clickhouse:decide.decision", rows: 41 },
];
const DONE = { confirmed_by: "Wei Lin", confirmed_at: ago(50), begun_at: ago(50), done_at: ago(49), progress: 100, rows: 249, tables: TABLES };
const REQUESTS = [
  request(4, "erase", "asked", { rows: 249, tables: TABLES, reason: "2018-01-05" }), request(3, "export", "done", DONE),
  request(2, "erase", "done", { ...DONE, has_receipt: true }), request(1, "erase", "cancelled"),
];
const tag = (place: string, name: string, said: string | null, brand = false) => ({ place, name, tag: said, said: brand });
const TAGS = [
  tag("identifier", "email", "email"), tag("identifier", "loyalty_card", "id"), tag("identifier", "phone", "phone"), tag("property", "address", "address"),
  tag("property", "product_id", null), tag("trait", "birthday", "birthday"), tag("trait", "city", null), tag("trait", "name", "name"), tag("trait", "tattoo", "other", true),
];
const computed = (key: string, en: string, hans: string, hant: string, definition: object) => ({
  key, name: { en, "zh-Hans": hans, "zh-Hant": hant }, definition, created_by: "Olivia Chen", created_at: ago(9000), fresh_at: ago(12),
});
const COMPUTED = [
  computed("orders_90d", "Orders in 90 days", "90 天内订单数", "90 天內訂單數", { event: "Order Completed", window: { kind: "rolling", days: 90 } }),
  computed("favourite_category", "Favourite category", "最爱品类", "最愛類別", { event: "Product Viewed", way: "most_frequent", property: "category", where: [{ property: "price", op: "gte", value: 20 }] }),
];
const WORDS = [
  { channel: "email", purpose: "marketing", state: "granted", at: ago(60), evidence: "Consent Confirmed: by the link", message_id: "c2" },
  { channel: "email", purpose: "marketing", state: "granted", at: ago(90), evidence: "Subscribed", message_id: "c1" },
];
const TRAITS = [
  { key: "city", value: "台北市", source: "till", priority: 1, at: ago(200), received_at: ago(200), message_id: "t2" },
  { key: "city", value: "新北市", source: "web", priority: 2, at: ago(9000), received_at: ago(9000), message_id: "t1" },
];

/** Made-up requests, tags, computed traits and proofs. */
export const PRIVACY: [string, RegExp, Route][] = [
  ["GET", /^\/api\/privacy\/requests$/, () => ({ items: REQUESTS, next: null })],
  ["GET", /^\/api\/privacy\/tags$/, () => ({ items: TAGS, next: null })],
  ["GET", /^\/api\/privacy\/rules$/, () => ({
    rules: { two_people: true, live_may_return: true, file_days: 7 }, public_key: "mNpTfT2Yw3vC9fQ0o7G5Zr1kq8U4xJ6hBvL2sD0aE+M=", turned_away: [{ kind: "import", events: 3 }],
  })],
  ["GET", /^\/api\/computed-traits$/, () => ({ items: COMPUTED, next: null })],
  ["GET", /^\/api\/customers\/[^/]+\/consents$/, () => ({ items: WORDS, next: null })],
  ["GET", /^\/api\/customers\/[^/]+\/traits$/, () => ({ items: TRAITS, then: [], next: null })],
];
