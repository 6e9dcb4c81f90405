import { ago, MEI, name3 } from "./people.ts";

const whisk = [{ product_id: "matcha-whisk", name: "抹茶刷 Matcha whisk", price: 24, quantity: 1 }];
const reminder = name3("Cart reminder", "购物车提醒", "購物車提醒");
const welcome = name3("Welcome", "欢迎旅程", "歡迎旅程");
const pitch = name3("Matcha whisk by e-mail", "抹茶刷邮件推荐", "抹茶刷電子郵件推薦");
const thanks = name3("Thank you for your purchase", "感谢购买", "感謝購買");

let count = 0;
const at = (minutes: number, kind: string, channel: string, title: string, detail: object, reason: string | null = null, store = "") => ({
  id: `m${(count += 1)}`, kind, at: ago(minutes), channel, title, store, reason, detail,
});

export const MOMENTS = [
  at(1, "decision", "email", "thanks", { verdict: "planned", message_name: thanks, journey_name: name3("After the purchase", "购后关怀", "購後關懷"), planned_for: ago(-1440), rule: "quiet_hours" }, "planned"),
  at(1, "transition", "", "entered", { journey_name: name3("After the purchase", "购后关怀", "購後關懷") }),
  at(2, "decision", "email", "pitch", { verdict: "cancelled", message_name: pitch, journey_name: reminder, rule: "purchase_rule", planned_for: ago(-900) }, "bought"),
  at(2, "transition", "", "bought", { journey_name: reminder }),
  at(2, "flip", "", "whisk-interest", { direction: "left", segment_name: name3("Interested in tea ware", "对茶具感兴趣", "對茶具有興趣") }),
  at(2, "event", "store", "Order Completed", { products: whisk, revenue_minor: 2400, currency: "USD", store_name: "Taipei 101" }, null, "taipei-101"),
  at(44, "event", "line", "Message Opened", { name: "購物車提醒" }),
  at(58, "delivery", "line", "delivered", { state: "delivered", journey_name: reminder }),
  at(59, "decision", "line", "reminder", { verdict: "sent", message_name: name3("Your cart is waiting", "购物车在等您", "購物車在等您"), journey_name: reminder }, "sent"),
  at(59, "decision", "sms", "reminder", { verdict: "denied", message_name: name3("Your cart is waiting", "购物车在等您", "購物車在等您"), journey_name: reminder, rule: "consent" }, "no_consent"),
  at(119, "transition", "", "entered", { journey_name: reminder }),
  at(120, "event", "web", "Product Added", { products: whisk }),
  at(123, "link", "", "linked", {}),
  at(123, "flip", "", "tea", { direction: "entered", segment_name: name3("Interested in tea ware", "对茶具感兴趣", "對茶具有興趣") }),
  at(124, "event", "app", "Signed Up", { name: "CARD-mei-1" }),
  at(124, "event", "app", "identify", {}),
  at(130, "event", "web", "Product Viewed", { products: whisk }),
  at(131, "event", "ads", "page", { utm_source: "facebook", path: "/products/matcha-whisk" }),
  at(3 * 1440, "decision", "email", "newsletter", { verdict: "denied", message_name: name3("New year's letter", "新年来信", "新年來信"), journey_name: welcome, rule: "arbitration", blocked_by: "歡迎旅程" }, "lost_to"),
  at(9 * 1440, "event", "store", "Order Completed", { products: [{ name: "Sencha 100 g" }, { name: "Rice crackers" }, { name: "Green tea mochi" }, { name: "Yuzu honey" }, { name: "Paper filter" }], revenue_minor: 8450, currency: "USD", store_name: "Taipei 101" }, null, "taipei-101"),
  at(40 * 1440, "event", "store", "Order Completed", { products: [{ name: "Hojicha 50 g" }], revenue_minor: 3000, currency: "USD", store_name: "Xinyi" }, null, "xinyi"),
];

export const DECISIONS = MOMENTS.filter(({ kind }) => kind === "decision").map(({ id, at: when, channel, title, reason, detail }) => {
  const facts = detail as Record<string, unknown>;
  return {
    id, at: when, channel, step: title, reason, detail,
    journey: "cart-reminder", journey_name: facts.journey_name, message: title, message_name: facts.message_name,
    verdict: facts.verdict, rule: facts.rule ?? null, blocked_by: facts.blocked_by ?? null, planned_for: facts.planned_for ?? null,
    customer: MEI, customer_name: "林美",
  };
});

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
    { a: "a1", b: "a2", kind: "identify", evidence: "m16", source: "web", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a3", kind: "identify", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a4", kind: "identify", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a5", kind: "identify", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a1", b: "a6", kind: "identify", evidence: "m12", source: "web", at: ago(120), active: true, reason: null },
    { a: "a1", b: "a7", kind: "identify", evidence: "m16", source: "app", at: ago(124), active: true, reason: null },
    { a: "a6", b: "a4", kind: "alias", evidence: "m9", source: "web", at: ago(60), active: false, reason: "hub" },
  ],
  separations: [] as { id: string; identifiers: string[]; at: string; by: string; undone_at: string | null }[],
};
