import i18next, { type TFunction } from "i18next";
import type { Format } from "../../../i18n/format.ts";
import { word } from "../../../i18n/words.ts";
import type { Feature, Persona } from "../../../api/types.ts";

/** What a persona is told with. */
export interface Telling {
  readonly t: TFunction;
  readonly format: Format;
  readonly name: string;
  readonly product: (id: string) => string;
  readonly currency: string;
}

/** A trait's value in words: a band of numbers as its bounds. */
export function valueText(one: Feature, { t, format }: Pick<Telling, "t" | "format">): string {
  if (one.low !== null && one.high !== null) return t("persona.band", { low: format.number(one.low), high: format.number(one.high) });
  if (one.low !== null) return t("persona.above", { low: format.number(one.low) });
  if (one.high !== null) return t("persona.upTo", { high: format.number(one.high) });
  return one.value;
}

/** A trait with its value. */
export const traitText = (one: Feature, telling: Pick<Telling, "t" | "format">): string => telling.t("persona.trait", { trait: word("trait", one.key), value: valueText(one, telling) });

const over = (features: readonly Feature[]) => features.filter(({ compared }) => compared.verdict === "over");
const basket = ({ sales_minor: sales, orders }: Persona["bought"]) => (orders > 0 ? Math.round(sales / orders) : 0);
const often = ({ orders, buyers }: Persona["bought"]) => (buyers > 0 ? orders / buyers : 0);

/** The hours in which most is done: three in a row, as the first and the one after the last. */
export function busiest(hours: readonly number[]): readonly [number, number] | undefined {
  const sums = hours.map((_, hour) => [0, 1, 2].reduce((sum, more) => sum + (hours[(hour + more) % 24] ?? 0), 0));
  const most = Math.max(...sums);
  const hour = sums.indexOf(most);
  return most > 0 ? [hour, (hour + 3) % 24] : undefined;
}

/** One paragraph out of the numbers; what chance could explain is not said. */
export function paragraph(persona: Persona, telling: Telling): string {
  const { t, format, name } = telling;
  const all = persona.size + persona.rest;
  const said = [t("persona.said.size", { name, count: persona.size, number: format.number(persona.size), share: format.percent(all > 0 ? persona.size / all : 0) })];
  const { bought, rest_bought: others } = persona;
  if (bought.buyers > 0) {
    said.push(t("persona.said.bought", {
      share: format.percent(bought.buyers / Math.max(bought.customers, 1)), often: format.number(Math.round(often(bought) * 10) / 10),
      basket: format.money(basket(bought), telling.currency), restOften: format.number(Math.round(often(others) * 10) / 10), restBasket: format.money(basket(others), telling.currency),
    }));
  } else said.push(t("persona.said.nothing"));
  const traits = over(persona.traits).slice(0, 3);
  if (traits.length > 0) said.push(t("persona.said.traits", { what: format.list(traits.map((one) => traitText(one, telling))) }));
  const goods = [...over(persona.categories).slice(0, 2).map(({ value }) => value), ...over(persona.products).slice(0, 1).map(({ value }) => telling.product(value))];
  if (goods.length > 0) said.push(t("persona.said.goods", { what: format.list(goods) }));
  const [channel] = persona.channels;
  const hours = busiest(persona.hours);
  if (channel && hours) said.push(t("persona.said.where", { channel: word("channel", channel.value), from: hours[0], to: hours[1] }));
  return said.join(i18next.language.startsWith("zh") ? "" : " ");
}
