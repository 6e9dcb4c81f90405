import { dice } from "./dice.ts";
import { ago, name3, PEOPLE } from "./people.ts";

const roll = dice(23);
const NINE = 12_480;

const compared = (share: number, rest: number, verdict: string) => ({ share, rest_share: rest, lift: share / rest, low: (share / rest) * 0.86, high: (share / rest) * 1.16, verdict });
const feature = (key: string, value: string, share: number, rest: number, verdict = "over", low: number | null = null, high: number | null = null) => ({
  key, value, low, high, inside: Math.round(1284 * share), outside: Math.round(11_196 * rest), compared: compared(share, rest, verdict),
});
const hours = (peak: number) => Array.from({ length: 24 }, (_, hour) => Math.max(0, Math.round(900 - 70 * Math.abs(hour - peak) + roll() * 90)));

const CARD = {
  persona: {
    segment: "tea", made_at: ago(95), version: 2, size: 1284, rest: 11_196, face: 90_125,
    traits: [
      feature("age", "#2", 0.41, 0.22, "over", 34, 49), feature("income", "50-74K", 0.33, 0.21), feature("household_size", "2", 0.44, 0.31), feature("home_ownership", "Homeowner", 0.71, 0.58),
      feature("city", "Taipei", 0.38, 0.29), feature("kids_count", "3+", 0.06, 0.14, "under"),
    ],
    categories: [feature("", "TEA WARE", 0.62, 0.11), feature("", "TEA", 0.58, 0.24), feature("", "SWEETS", 0.31, 0.22), feature("", "SOFT DRINKS", 0.4, 0.47, "under")],
    products: [feature("", "matcha-whisk", 0.34, 0.05), feature("", "tea-bowl", 0.22, 0.06), feature("", "p-1029", 0.2, 0.19, "same")],
    channels: [feature("", "store", 0.57, 0.69, "under"), feature("", "web", 0.29, 0.21), feature("", "line", 0.14, 0.1)],
    hours: hours(19), rest_hours: hours(15),
    bought: { customers: 1284, buyers: 1102, orders: 9710, sales_minor: 31_072_000, rhythm_days: 17.4 }, rest_bought: { customers: 11_196, buyers: 7402, orders: 40_711, sales_minor: 101_777_500, rhythm_days: 31.2 },
  },
  products: { "matcha-whisk": "Matcha whisk", "tea-bowl": "Tea bowl" }, currency: "USD",
};

const cells = [5, 4, 3, 2, 1].flatMap((r) =>
  [5, 4, 3, 2, 1].map((f) => {
    const customers = Math.round(40 + roll() * 60 + (r === f ? 340 : 0) + (Math.abs(r - f) === 1 ? 160 : 0));
    return { r, f, customers, orders: customers * f * 3, sales_minor: customers * f * f * r * 900 };
  }),
);
const STAGES = { visitor: 3120, lead: 890, first_time: 1410, active: 3960, at_risk: 1240, lapsed: 1590, won_back: 270 };
const points = Array.from({ length: 7 }, (_, index) => ({
  at: ago((6 - index) * 43_200), counts: Object.fromEntries(Object.entries(STAGES).map(([stage, count]) => [stage, Math.round(count * (0.7 + 0.05 * index))])),
}));
const LISTS = [
  { key: "guests", name: "晚宴賓客", version: 1, size: 240, matched: 198, customers: 195, uploaded_at: ago(3000), uploaded_by: "Ana Torres" },
  { key: "partner", name: "Partner club", version: 3, size: 5120, matched: 2044, customers: 2031, uploaded_at: ago(12_000), uploaded_by: "Wei Chen" },
];
const drafts: Record<string, unknown>[] = [
  { key: "spring", name: name3("Spring tasting", "春季品鉴", "春季品茗"), description: {}, definition: { type: "stage", stages: ["active", "won_back"] }, saved_at: ago(60), saved_by: "Ana Torres" },
];

type Rule = Record<string, unknown>;
const ruleOf = (value: unknown): Rule => (typeof value === "object" && value !== null ? (value as Rule) : {});
const partsOf = (rule: Rule): Rule[] => (Array.isArray(rule.of) ? rule.of.map(ruleOf) : []);

function refused(rule: Rule, path = "definition"): object | undefined {
  if (rule.type === "segment" && rule.id === "") return { status: 400, body: { title: "This part of the segment's definition cannot be used.", code: "bad-field", field: `${path}.id`, expected: "a name of 1 to 200 characters" } };
  if (rule.type === "not") return refused(ruleOf(rule.of), `${path}.of`);
  for (const [index, part] of partsOf(rule).entries()) {
    const found = refused(part, `${path}.of[${index}]`);
    if (found) return found;
  }
  return undefined;
}

function funnel(body: Record<string, unknown>): object {
  const rule = ruleOf(body.definition);
  const bad = refused(rule);
  if (bad) return bad;
  const parts = partsOf(rule);
  const left = parts.map((_, index) => Math.round(NINE * 0.46 ** (index + 1)));
  const size = rule.type === "any" ? Math.min(NINE, parts.length * 3100) : (left.at(-1) ?? NINE);
  return {
    everybody: NINE, size, as_of: ago(0), newest: ago(0), reachable: { email: Math.round(size * 0.71), line: Math.round(size * 0.42), sms: Math.round(size * 0.18) },
    rungs: parts.map((_, index) => ({ path: `definition.of[${index}]`, alone: Math.round(NINE * 0.46), left: left[index] })),
  };
}

const list = (items: readonly unknown[]) => ({ items, next: null });

/** What the made-up server says of segments beyond who is in them. */
export const SEGMENT_ROUTES: [string, RegExp, (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => object][] = [
  ["GET", /^\/api\/segment-builder\/words$/, () => ({ traits: ["age", "city", "birthday", "income"], events: ["Order Completed", "Product Viewed", "Product Added"], lists: LISTS.map(({ key }) => key), channels: ["email", "line", "sms"] })],
  ["GET", /^\/api\/segment-builder\/properties$/, () => ({ properties: ["products", "coupon", "channel"] })],
  ["GET", /^\/api\/segment-builder\/values$/, () => ({ values: [{ value: "TEA WARE", count: 912 }, { value: "TEA", count: 640 }] })],
  ["POST", /^\/api\/segment-builder\/funnel$/, (_match, _url, body) => funnel(body)],
  ["POST", /^\/api\/segment-builder\/sample$/, () => ({ items: PEOPLE.slice(0, 8).map(({ id, name }) => ({ id, name })) })],
  ["POST", /^\/api\/segment-builder\/try$/, (_match, _url, body) => ({ met: true, parts: [ruleOf(body.definition), ...partsOf(ruleOf(body.definition))].map((condition, index) => ({ path: String(index), condition, met: true })) })],
  ["POST", /^\/api\/segment-builder\/effect$/, () => ({ enter: 214, leave: 38, stay: 1246, users: [{ kind: "journey", key: "win-back", name: name3("Win-back", "流失召回", "流失喚回") }] })],
  ["GET", /^\/api\/segment-drafts$/, () => list(drafts)],
  ["GET", /^\/api\/segment-drafts\/([^/]+)$/, ([, key]) => (drafts.find((one) => one.key === key) as object) ?? { status: 404, body: { title: "There is no draft of this segment.", code: "no-such-draft" } }],
  ["PUT", /^\/api\/segment-drafts\/([^/]+)$/, ([, key], _url, body) => ({ key, ...body, description: {}, saved_at: ago(0), saved_by: "Wei Chen" })],
  ["DELETE", /^\/api\/segment-drafts\/([^/]+)$/, () => ({ status: 204, body: "" })],
  ["GET", /^\/api\/segment-lists$/, () => list(LISTS)],
  ["POST", /^\/api\/segment-lists$/, (_match, _url, body) => ({
    list: { ...LISTS[0], key: body.key, name: body.name, size: 3, matched: 2, customers: 2 }, repeated: 0, unusable: 1, bad: [{ line: 4, value: "0912***456", reason: "no phone" }],
    unmatched: 1, strangers: [{ line: 3, kind: "email", value: "new@example.com" }],
  })],
  ["GET", /^\/api\/segment-overlap$/, (_match, url) => {
    const keys = url.searchParams.getAll("key");
    return { sizes: Object.fromEntries(keys.map((key) => [key, 900])), regions: [...keys.map((key, index) => ({ keys: [key], size: 640 - index * 120 })), { keys, size: 212 }] };
  }],
  ["GET", /^\/api\/rfm$/, () => ({ cells, as_of: ago(0) })],
  ["GET", /^\/api\/segment-stages$/, () => ({ points })],
  ["GET", /^\/api\/segments\/([^/]+)\/persona$/, ([, key]) => (key === "tea" ? CARD : { status: 404, body: { title: "No persona has been drawn from this segment yet; draw one.", code: "no-such-persona" } })],
  ["POST", /^\/api\/segments\/([^/]+)\/persona$/, () => CARD],
  ["GET", /^\/api\/segments\/([^/]+)\/users$/, () => list([{ kind: "journey", key: "cart-reminder", name: name3("Cart reminder", "购物车提醒", "購物車提醒") }])],
  ["GET", /^\/api\/segments\/([^/]+)\/customers\/([^/]+)$/, () => ({ member: true, since: ago(900), cause: "event", evidence: "m-1", parts: [
    { path: "definition", condition: { type: "all", of: [] }, met: true, decisive: false, count: null, events: [] },
    { path: "definition.of[0]", condition: { type: "stage", stages: ["active"] }, met: true, decisive: true, count: null, events: [] },
    {
      path: "definition.of[1]", condition: { type: "event", name: "Order Completed", op: "gte", value: 1, window: { kind: "rolling", days: 30 } }, met: true, decisive: true, count: 2,
      events: [{ message_id: "m-2", name: "Order Completed", at: ago(900) }, { message_id: "m-1", name: "Order Completed", at: ago(9_000) }],
    },
  ] })],
];
