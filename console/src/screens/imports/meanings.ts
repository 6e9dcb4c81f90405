/** What a column may mean, in groups; the words are in the vocabulary `meaning`. */
export const MEANINGS = {
  identifier: ["identifier.phone", "identifier.email", "identifier.user_id", "identifier.loyalty_card", "identifier.line_user_id", "identifier.wechat_openid", "identifier.wechat_unionid", "identifier.shopee_account"],
  trait: ["trait.name", "trait.first_name", "trait.last_name", "trait.birthday", "trait.gender", "trait.city", "trait.address", "trait.postal_code", "trait.language", "trait.tier", "trait.home_store", "trait.tags", "trait.registered_at"],
  consent: ["consent.email.marketing", "consent.sms.marketing", "consent.line.marketing"],
  order: ["time", "property.order_id", "status", "property.revenue", "property.store_id", "property.currency", "property.discount", "property.shipping", "event"],
  line: ["line.product_id", "line.name", "line.category", "line.quantity", "line.price", "line.value"],
  coupon: ["property.coupon_id", "property.value", "property.expires_at"],
  other: ["points"],
} as const;

export type Group = keyof typeof MEANINGS;

const KNOWN = new Set<string>(Object.values(MEANINGS).flat());

/** The name a column gives a trait of its own: letters and digits of any language, the rest as _. */
export function ownTrait(column: string): string {
  return `trait.${column.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "_").replaceAll(/^_+|_+$/g, "")}`;
}

/** The meanings to choose from for a column, those it has already or could give itself included. */
export function choicesFor(column: string, now: string): { group: Group; values: string[] }[] {
  const extra = [...new Set([now, ownTrait(column)])].filter((to) => to !== "" && to !== "trait." && !KNOWN.has(to));
  return (Object.keys(MEANINGS) as Group[]).map((group) => ({
    group,
    values: [...MEANINGS[group], ...(group === "trait" ? extra : [])],
  }));
}

/** How a meaning that holds a moment is to be read. */
const AS: Record<string, string> = { "trait.registered_at": "moment", "trait.line_joined_at": "moment" };

/** The mapping as the server takes it. */
export function mappingOf(wish: {
  rows: string;
  source: string;
  order: string;
  calendar: string;
  reading: Record<string, string | number>;
  columns: Readonly<Record<string, string>>;
}): Record<string, unknown> {
  const columns = Object.fromEntries(
    Object.entries(wish.columns)
      .filter(([, to]) => to !== "")
      .map(([name, to]) => [name, AS[to] === undefined ? to : { to, as: AS[to] }]),
  );
  return { rows: wish.rows, source: wish.source, order: wish.order, calendar: wish.calendar, read: wish.reading, columns };
}

/** A key for a source out of a file's name or a preset. */
export function sourceKey(name: string): string {
  const key = name.toLowerCase().replace(/\.[a-z0-9]+$/, "").replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[^a-z]+|_+$/g, "");
  return key === "" ? "file" : key.slice(0, 40);
}

/** Whether the server takes this as the key of a source. */
export const isSourceKey = (key: string): boolean => /^[a-z][a-z0-9_]{0,62}$/.test(key);

/** The meanings of which a refused mapping lacks one, "identifier" standing for any of them; undefined when it lacks something else. */
export function lackingIn({ field, expected }: Readonly<Record<string, unknown>>): string[] | undefined {
  if (field === "event") return ["event"];
  const told = typeof expected === "string" && field === "columns" ? /^a column that is (.+)$/.exec(expected)?.[1] : undefined;
  return told?.split(" or ").map((one) => (one === "an identifier" ? "identifier" : one));
}
