import { ago, MEI, name3 } from "./people.ts";

const whisk = { product_id: "matcha-whisk", name: "抹茶刷 Matcha whisk", price: 24 };

let count = 0;
const at = (minutes: number, kind: string, channel: string, title: string, detail: object = {}, reason: string | null = null, store = "") => ({
  id: `m${(count += 1)}`, kind, at: ago(minutes), channel, title, store, reason, detail,
});
const shown = (properties: object, more: object = {}) => ({ source: "web", properties, ...more });
const decided = (minutes: number, channel: string, message: string, verdict: string, reason: string, rule: string, more: object = {}) =>
  at(minutes, "decision", channel, message, { journey: "cart-reminder", step: "remind", message, channel, verdict, reason, rule, detail: {}, ...more }, reason);
const sold = (minutes: number, store: string, store_name: string, names: string[], revenue_minor: number) =>
  at(minutes, "event", "store", "Order Completed", shown({ products: names.map((name) => ({ name })) }, { revenue_minor, currency: "USD", store_name }), null, store);

export const MOMENTS = [
  decided(1, "email", "thanks", "planned", "quiet_hours", "quiet:22:00-09:00", { journey: "after-purchase", planned_for: ago(-1440) }),
  at(1, "transition", "", "after-purchase", {}, "entered"),
  decided(2, "email", "pitch", "cancelled", "bought", "suppression:bought:product:matcha-whisk", { planned_for: ago(-900) }),
  at(2, "transition", "", "cart-reminder", {}, "bought"),
  at(2, "flip", "", "tea", { cause_kind: "event" }, "left"),
  sold(2, "taipei-101", "Taipei 101", ["抹茶刷 Matcha whisk"], 2400),
  at(44, "event", "line", "Message Opened", shown({})),
  at(58, "delivery", "line", "cart-reminder", { journey: "cart-reminder" }, "delivered"),
  decided(59, "line", "cart-reminder", "planned", "sent", "plan", { detail: { tried: [{ channel: "sms", reason: "no_consent", rule: "consent:sms:marketing" }] } }),
  decided(60, "email", "store-prompt", "denied", "no_consent", "consent:email:marketing"),
  at(119, "transition", "", "cart-reminder", {}, "entered"),
  at(120, "event", "web", "Product Added", shown(whisk)),
  at(123, "flip", "", "tea", { cause_kind: "event" }, "entered"),
  at(124, "event", "app", "Signed Up", shown({})),
  at(124, "event", "app", "identify", shown({})),
  at(130, "event", "web", "Product Viewed", shown(whisk)),
  at(131, "event", "ads", "page", shown({ path: "/products/matcha-whisk" }, { utm_source: "facebook" })),
  decided(3 * 1440, "email", "pitch", "denied", "lost_to", "cap:global"),
  sold(9 * 1440, "taipei-101", "Taipei 101", ["Sencha 100 g", "Rice crackers", "Green tea mochi", "Yuzu honey", "Paper filter"], 8450),
  sold(40 * 1440, "xinyi", "Xinyi", ["Hojicha 50 g"], 3000),
];

export const DECISIONS = MOMENTS.filter(({ kind }) => kind === "decision").map(({ id, at: when, detail }) => ({ id, at: when, blocked_by: null, planned_for: null, ...detail }));

export const CUSTOMER = {
  id: MEI,
  name: "林美",
  traits: [
    { key: "name", value: "林美", source: "form", at: ago(124), message_id: "m16" },
    { key: "email", value: "mei@example.com", source: "form", at: ago(124), message_id: "m16" },
    { key: "phone", value: "+886912345678", source: "form", at: ago(124), message_id: "m16" },
    { key: "language", value: "zh-Hant", source: "web", at: ago(131), message_id: "m18" },
    { key: "timezone", value: "Asia/Taipei", source: "web", at: ago(131), message_id: "m18" },
    { key: "favourite_tea", value: "matcha", source: "inferred", at: ago(130), message_id: "m17" },
  ],
  identifiers: [],
  consents: [
    { channel: "email", purpose: "marketing", state: "granted", at: ago(124), evidence: "m16" },
    { channel: "line", purpose: "marketing", state: "granted", at: ago(124), evidence: "m16" },
    { channel: "sms", purpose: "marketing", state: "denied", at: ago(124), evidence: "m16" },
  ],
  segments: [
    { key: "tea", name: name3("Interested in tea ware", "对茶具感兴趣", "對茶具有興趣"), since: ago(123), cause: "event" },
    { key: "lapsed", name: name3("Bought in the last 30 days", "最近 30 天购买", "最近 30 天購買"), since: ago(9 * 1440), cause: "event" },
  ],
  totals: { orders: 3, revenue_minor: 13_850, currency: "USD", first_order_at: ago(40 * 1440), last_order_at: ago(2) },
  reachability: [
    { channel: "email", reachable: true, reason: "reachable" }, { channel: "sms", reachable: false, reason: "denied" },
    { channel: "line", reachable: false, reason: "bounced" },
  ],
  suppressions: [{ product_id: null, category: "TEA WARE", until: ago(-90 * 1440), reason: "bought" }],
};

export const GRAPH = {
  nodes: [
    { iid: "a1", kind: "user_id", value: "user-mei-1" },
    { iid: "a2", kind: "email", value: "mei@example.com" },
    { iid: "a3", kind: "line_user_id", value: "U4af4980629c8d1e0b7f2a6c3" },
    { iid: "a4", kind: "anonymous_id", value: "phone-mei-1" },
    { iid: "a5", kind: "loyalty_card", value: "CARD-mei-1" },
    { iid: "a6", kind: "anonymous_id", value: "web-mei-1" },
    { iid: "a7", kind: "phone", value: "+886912345678" },
  ],
  edges: [
    { a: "a1", b: "a2", kind: "together", evidence: "m16", source: "web", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a3", kind: "together", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a4", kind: "together", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a5", kind: "together", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a6", kind: "together", evidence: "m12", source: "web", at: ago(120), active: true, reason: null },
    { a: "a1", b: "a7", kind: "together", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a6", b: "a4", kind: "alias", evidence: "m9", source: "web", at: ago(60), active: false, reason: "hub" },
  ],
  separations: [] as { id: string; identifiers: string[]; at: string; by: string; undone_at: string | null }[],
};
