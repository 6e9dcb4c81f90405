import { dice } from "./dice.ts";
import { ago, name3, PEOPLE } from "./people.ts";

const roll = dice(11);

export const SEGMENTS = [
  {
    key: "frequent", name: name3("At least 100 baskets in 2017", "2017 年至少 100 次购物", "2017 年至少 100 次購物"),
    description: name3("The most faithful households of the year.", "全年最忠诚的家庭。", "全年最忠實的家庭。"), size: 458, as_of: ago(0),
    definition: { type: "event", name: "Order Completed", op: "gte", value: 100, window: { kind: "between", from: "2017-01-01", to: "2017-12-31" } },
  },
  {
    key: "spenders", name: name3("Spent over 5,000 in 2017", "2017 年消费超过 5,000", "2017 年消費超過 5,000"),
    description: name3("Where the largest baskets come from.", "最大购物篮的来源。", "最大購物籃的來源。"), size: 190, as_of: ago(0),
    definition: { type: "event", name: "Order Completed", agg: "sum", property: "revenue", op: "gt", value: 5000, window: { kind: "between", from: "2017-01-01", to: "2017-12-31" } },
  },
  {
    key: "tea", name: name3("Interested in tea ware", "对茶具感兴趣", "對茶具有興趣"),
    description: name3("Looked at tea ware lately and may be told about it.", "最近看过茶具，且可以告知。", "最近看過茶具，且可以告知。"), size: 1284, as_of: ago(0),
    definition: {
      type: "all",
      of: [
        { type: "event", name: "Product Viewed", op: "gte", value: 2, window: { kind: "rolling", days: 30 }, where: [{ property: "category", op: "eq", value: "TEA WARE" }] },
        { type: "not_done", name: "Order Completed", window: { kind: "rolling", days: 7 }, where: [{ property: "category", op: "eq", value: "TEA WARE" }] },
        { type: "any", of: [{ type: "consent", channel: "email" }, { type: "consent", channel: "line" }] },
        { type: "not", of: { type: "segment", id: "spenders" } },
      ],
    },
  },
  {
    key: "lapsed", name: name3("Lapsed", "流失", "流失"), description: name3("Bought before, but not in the last 90 days.", "买过，但最近 90 天没有购买。", "買過，但最近 90 天沒有購買。"), size: 211, as_of: ago(0),
    definition: { type: "recency", name: "Order Completed", op: "gt", days: 90 },
  },
];

export const history = (size: number) =>
  Array.from({ length: 60 }, (_, index) => {
    const share = 0.55 + (0.45 * index) / 59;
    return { at: ago((59 - index) * 1440), size: index === 59 ? size : Math.round(size * (share + (roll() - 0.5) * 0.06)), entered: Math.floor(roll() * 14), left: Math.floor(roll() * 7) };
  });

export const members = PEOPLE.slice(0, 24).map(({ id, name }, index) => ({ id, name, since: ago(index * 777 + 20), cause: ["event", "timer", "link", "definition"][index % 4] }));

const step = (id: string, type: string, title: string, next: { to: string; label: string }[], waiting: number, passed: number) => ({ id, type, title, next, waiting, passed });

const CART = {
  key: "cart-reminder", name: name3("Cart reminder", "购物车提醒", "購物車提醒"), status: "live", version: 3,
  entered: 3182, active: 212, completed: 1904, exited: 1066, goal_rate: 0.214,
  counts: { entered: 3182, active: 212, completed: 1904, exited: 1066 },
  definition: {
    start: "hour",
    steps: {
      hour: { type: "wait_for", events: [{ event: "Order Completed", next: "bought" }], timeout: { hours: 1 }, otherwise: "remind" },
      remind: { type: "send", message: "cart-reminder", channels: ["line", "email"], ttl_hours: 24, on_loss: "skip", about: "journey", next: "audience" },
      audience: { type: "action", do: { type: "audience_add", audience: "cart-{product}", channel: "ads" }, next: "day" },
      day: { type: "wait", for: { days: 1 }, next: "which" },
      which: { type: "branch", paths: [{ if: { type: "event", name: "Message Opened", op: "gte", value: 1, window: { kind: "rolling", days: 30 } }, next: "pitch" }], otherwise: "store" },
      pitch: { type: "send", message: "pitch", channels: ["email"], plan: { local_time: "10:00" }, ttl_hours: 48, on_loss: "defer", next: "over" },
      store: { type: "send", message: "store-prompt", channels: ["store"], ttl_hours: 168, next: "over" },
      bought: { type: "end" },
      over: { type: "end" },
    },
  },
  steps: [
    step("hour", "wait_for", "Order Completed", [{ to: "bought", label: "Order Completed" }, { to: "remind", label: "timeout" }], 38, 3144),
    step("remind", "send", "Your cart is waiting", [{ to: "audience", label: "" }], 4, 2418),
    step("audience", "action", "cart-{product}", [{ to: "day", label: "" }], 0, 2418),
    step("day", "wait", "1 day", [{ to: "which", label: "" }], 141, 2277),
    step("which", "branch", "", [{ to: "pitch", label: "if 1" }, { to: "store", label: "otherwise" }], 0, 2277),
    step("pitch", "send", "Matcha whisk by e-mail", [{ to: "over", label: "" }], 29, 1270),
    step("store", "send", "Prompt in the store", [{ to: "over", label: "" }], 0, 634),
    step("bought", "end", "", [], 0, 726),
    step("over", "end", "", [], 0, 1904),
  ],
};

export const JOURNEYS: (typeof CART | (Omit<typeof CART, "goal_rate"> & { goal_rate: number | null }))[] = [
  CART,
  { ...CART, key: "win-back", name: name3("Win-back", "流失召回", "流失喚回"), entered: 1260, active: 540, completed: 610, exited: 110, goal_rate: 0.118, counts: { entered: 1260, active: 540, completed: 610, exited: 110 } },
  { ...CART, key: "after-purchase", name: name3("After the purchase", "购后关怀", "購後關懷"), entered: 880, active: 90, completed: 790, exited: 0, goal_rate: 0.31, counts: { entered: 880, active: 90, completed: 790, exited: 0 } },
  { ...CART, key: "welcome", name: name3("Welcome", "欢迎旅程", "歡迎旅程"), status: "paused", entered: 402, active: 31, completed: 371, exited: 0, goal_rate: null, counts: { entered: 402, active: 31, completed: 371, exited: 0 } },
];

const LIFTS: Record<string, object> = {
  "cart-reminder": {
    arms: { treated: { n: 2863, goals: 612, rate: 0.2138 }, holdout: { n: 319, goals: 48, rate: 0.1505 } },
    lift: { difference: 0.0633, difference_low: 0.0207, difference_high: 0.1059, p_value: 0.0036, relative: 0.42, low: 0.121, high: 0.866, verdict: "yes", needs_more: null },
  },
  "win-back": {
    arms: { treated: { n: 1131, goals: 133, rate: 0.1176 }, holdout: { n: 129, goals: 13, rate: 0.1008 } },
    lift: { difference: 0.0168, difference_low: -0.0385, difference_high: 0.0721, p_value: 0.551, relative: 0.167, low: -0.308, high: null, verdict: "cannot_say_yet", needs_more: 2480 },
  },
};

export const reportOf = (key: string) => ({ ...(LIFTS[key] ?? LIFTS["win-back"]), steps: CART.steps, freshness_at: ago(0) });

const languages = ["en", "zh-Hans", "zh-Hant"];
export const MESSAGES = [
  { key: "cart-reminder", name: name3("Your cart is waiting", "购物车在等您", "購物車在等您"), purpose: "marketing", channels: ["line", "email"], languages },
  { key: "pitch", name: name3("Matcha whisk by e-mail", "抹茶刷邮件推荐", "抹茶刷電子郵件推薦"), purpose: "marketing", channels: ["email"], languages },
  { key: "store-prompt", name: name3("Prompt in the store", "门店提示", "門市提示"), purpose: "marketing", channels: ["store"], languages },
  { key: "thanks", name: name3("Thank you for your purchase", "感谢购买", "感謝購買"), purpose: "transactional", channels: ["email", "line"], languages },
];

export const SAYS: Record<string, { subject: string; text: string; button: string }> = {
  en: { subject: "Your matcha whisk is waiting", text: "Hello Mei, your matcha whisk is still in the cart. It is in stock in the Taipei 101 store, too.", button: "Back to the cart" },
  "zh-Hans": { subject: "抹茶刷还在购物车里", text: "您好，林美！您的抹茶刷还在购物车里，台北 101 门店也有现货。", button: "回到购物车" },
  "zh-Hant": { subject: "抹茶刷還在購物車裡", text: "您好，林美！您的抹茶刷還在購物車裡，台北 101 門市也有現貨。", button: "回到購物車" },
};

const CHANNELS = ["store", "web", "app", "line", "email"];
export function overviewDays(from: string, to: string) {
  const rows = [];
  for (let day = Date.parse(`${from}T00:00:00Z`); day <= Date.parse(`${to}T00:00:00Z`); day += 86_400_000) {
    for (const [index, channel] of CHANNELS.entries()) {
      const selling = index < 3;
      const orders = selling ? Math.floor((60 + roll() * 30) / (index * 2 + 1)) : 0;
      rows.push({
        day: new Date(day).toISOString().slice(0, 10), channel, orders, sales_minor: orders * Math.floor(2400 + roll() * 900),
        customers: Math.floor(orders * 0.9), messages: selling ? 0 : Math.floor(roll() * 220), opt_outs: selling ? 0 : Math.floor(roll() * 3),
      });
    }
  }
  return rows;
}
