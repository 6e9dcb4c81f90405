import { dice } from "./dice.ts";

const roll = dice(7);
const FAMILY = ["陳", "林", "黃", "張", "李", "王", "Miller", "Garcia", "Smith", "Nguyen", "Johnson", "吳"];
const GIVEN = ["怡君", "志明", "淑芬", "家豪", "雅婷", "俊傑", "Anna", "Luis", "Grace", "Minh", "Oliver", "宗翰"];
const pick = <T>(items: readonly T[]): T => items[Math.floor(roll() * items.length)] as T;

export const NOW = Date.parse("2018-01-05T14:41:00Z");
export const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
export const name3 = (en: string, hans: string, hant: string) => ({ en, "zh-Hans": hans, "zh-Hant": hant });

export const MEI = "3f2a9c01d4e5b678";

function person(index: number) {
  const family = pick(FAMILY);
  const given = pick(GIVEN);
  const chinese = /[\u4e00-\u9fff]/.test(family);
  const orders = Math.floor(roll() ** 3 * 180);
  return {
    id: (0x1000000000000000n + BigInt(index) * 7919n).toString(16).padStart(16, "0"),
    name: chinese ? `${family}${/[\u4e00-\u9fff]/.test(given) ? given : ` ${given}`}` : `${/[\u4e00-\u9fff]/.test(given) ? "Ruth" : given} ${family}`,
    email: roll() > 0.25 ? `household-${index}@example.com` : null,
    phone: roll() > 0.5 ? `+8869${String(10000000 + index * 7919).slice(0, 8)}` : null,
    language: roll() > 0.2 ? pick(["en", "zh-Hant", "zh-Hans"]) : null,
    last_seen_at: ago(Math.floor(roll() ** 2 * 60 * 24 * 90) + 3),
    orders,
    revenue_minor: orders * (1200 + Math.floor(roll() * 5200)),
    currency: "USD",
    segments: orders > 100 ? ["frequent"] : [],
  };
}

export const PEOPLE = [
  {
    id: MEI, name: "林美", email: "mei@example.com", phone: "+886912345678", language: "zh-Hant", last_seen_at: ago(2),
    orders: 3, revenue_minor: 13_850, currency: "USD", segments: ["tea"],
  },
  ...Array.from({ length: 240 }, (_, index) => person(index)),
].sort((one, other) => other.last_seen_at.localeCompare(one.last_seen_at));
