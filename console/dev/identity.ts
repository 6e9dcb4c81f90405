import { GRAPH } from "./mei.ts";
import { ago } from "./people.ts";

interface Reply {
  readonly status: number;
  readonly body: object | string;
}
type Route = (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => Reply | object;

const face = (id: string, name: string, traits: [string, string][], identifiers: [string, string][]) => ({
  id,
  name,
  first_seen_at: ago(40_000),
  last_seen_at: ago(300),
  traits: traits.map(([key, value]) => ({ key, value, source: "web" })),
  identifiers: identifiers.map(([kind, value], place) => ({ iid: `${id}-${place}`, kind, value, customer: id, blocked: false })),
});
const reason = (field: string, level: string, weight: number, m: number, u: number) => ({ field, level, weight, m, u });
const pair = (id: number, chance: number, evidence: object[], one: object, other: object) => ({
  id: String(id), score: 9 - id, chance, evidence, state: "open", found_at: ago(60), decided_by: null as string | null, decided_at: null as string | null, one, other,
});
const PAIRS = [
  pair(
    1, 0.998, [reason("name", "same", 10.9, 0.82, 0.00043), reason("birthday", "same", 14.1, 0.91, 0.000052), reason("phone", "close", 9.6, 0.14, 0.00018)],
    face("3f2a9c01d4e5b678", "林美玲", [["name", "林美玲"], ["birthday", "1988-03-04"]], [["loyalty_card", "CARD-mei-1"], ["phone", "+886912345678"]]),
    face("4f2a9c01d4e5b679", "林美玲", [["name", "林美玲"], ["birthday", "1988-03-04"], ["city", "台北市"]], [["user_id", "shop-20717"], ["phone", "+886912345679"], ["email", "mei.lin@example.com"]]),
  ),
  pair(
    2, 0.81, [reason("name", "close", 6.2, 0.15, 0.002), reason("phone", "fits", 7.6, 0.1, 0.0005), reason("birthday", "differs", -5.1, 0.03, 0.998)],
    face("5f2a9c01d4e5b680", "Daniel Wu", [["name", "Daniel Wu"], ["phone", "0922***456"]], [["loyalty_card", "C-88120"]]),
    face("6f2a9c01d4e5b681", "Dan Wu", [["name", "Dan Wu"], ["birthday", "1979-11-30"]], [["user_id", "shop-114"], ["phone", "+886922111456"]]),
  ),
];
const RULES = {
  strength: [["user_id"], ["loyalty_card"], ["line_user_id", "wechat_unionid", "wechat_openid", "messenger_psid"], ["*"], ["email"], ["phone"], ["device_id"], ["anonymous_id"]],
  limits: { user_id: 1, loyalty_card: 3, email: 5, phone: 5, device_id: 50, anonymous_id: 500, "*": 2 },
  people: { user_id: 10, loyalty_card: 3, email: 5, phone: 5, device_id: 3, anonymous_id: 3, "*": 3 },
  accounts_per_device: 1,
  birthdays: true,
  blocked: [{ kind: "phone", value: "+886900000000" }],
};
const work = (kind: string, result: object, nodes: object[] = []) => ({
  id: "7", kind, state: "done", total: 240, done: 240, by: "Wei Chen", at: ago(3), finished_at: ago(2), version: kind === "rules" ? 1 : null, result, nodes,
});
const TRIAL = work(
  "trial",
  {
    looked_at: 1840, merging: 0, splitting: 31, becoming: 64,
    segments: [{ key: "tea", name: { en: "Tea lovers", "zh-Hans": "爱茶的人", "zh-Hant": "愛茶的人" }, before: 41, after: 57 }],
    examples: [{
      merges: false, shown: ["a2", "a1", "a5"], before: { c1: ["a1", "a2", "a5"] }, after: { c1: ["a1", "a2"], c2: ["a5"] },
      evidence: [{ a: "a2", b: "a5", message_id: "m16", before: null, after: "limit" }],
    }],
  },
  GRAPH.nodes.map((node) => ({ ...node, customer: "3f2a9c01d4e5b678", blocked: false })),
);

function decide(body: Record<string, unknown>): object {
  const ids = (body.ids as number[]).map(String);
  for (const one of PAIRS) {
    if (ids.includes(one.id)) Object.assign(one, { state: body.decision, decided_by: "Wei Chen", decided_at: ago(0) });
  }
  return { items: ids.map((id) => ({ id, state: body.decision, problem: null })) };
}

/** Made-up duplicates, rules and reasons. */
export const IDENTITY: [string, RegExp, Route][] = [
  ["GET", /^\/api\/identity\/duplicates$/, (_match, url) => ({
    items: PAIRS.filter(({ state }) => state === (url.searchParams.get("state") ?? "open")), next: null,
    waiting: PAIRS.filter(({ state }) => state === "open").length, searched_at: ago(60), searching: false, learnt: { people: 184_220, compared: 20_417 },
  })],
  ["POST", /^\/api\/identity\/duplicates\/search$/, () => work("likeness", {})],
  ["POST", /^\/api\/identity\/duplicates\/decisions$/, (_match, _url, body) => decide(body)],
  ["GET", /^\/api\/identity\/rules$/, () => ({
    version: 1, rules: RULES, builtin: RULES, versions: [{ version: 1, rules: RULES, note: "The number tills type when they have none", by: "Wei Chen", at: ago(9000) }],
    work: work("rules", { moved: 12 }),
  })],
  ["POST", /^\/api\/identity\/(rules|trials)$/, () => TRIAL],
  ["GET", /^\/api\/identity\/work\/(.+)$/, () => TRIAL],
  ["GET", /^\/api\/identity\/hubs$/, () => ({
    items: [
      { iid: "h1", kind: "anonymous_id", value: "tablet-101-2", blocked: false, people: 1000, more: true, first_seen_at: ago(90_000) },
      { iid: "h2", kind: "phone", value: "+886227351122", blocked: false, people: 7, more: false, first_seen_at: ago(80_000) },
      { iid: "h3", kind: "phone", value: "+886900000000", blocked: true, people: 212, more: false, first_seen_at: ago(70_000) },
    ],
    next: null,
  })],
  ["GET", /^\/api\/customers\/[^/]+\/groups$/, () => ({
    items: [{
      id: "household-12", name: "林家", since: ago(50_000), traits: { city: "台北市" }, size: 2,
      members: [{ id: "3f2a9c01d4e5b678", name: "林美" }, { id: "4f2a9c01d4e5b679", name: "林志明" }],
    }],
  })],
  ["GET", /^\/api\/customers\/[^/]+\/path$/, () => ({ joined: true, nodes: GRAPH.nodes, edges: GRAPH.edges.slice(0, 1) })],
  ["GET", /^\/api\/customers\/[^/]+\/story$/, () => ({
    nodes: GRAPH.nodes,
    items: [
      { at: ago(124), turn: "came", iids: ["a2", "a3"], cause: "m16", reason: null },
      { at: ago(60), turn: "refused", iids: ["a6", "a4"], cause: "m9", reason: "hub" },
    ],
  })],
];
