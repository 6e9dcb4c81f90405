import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../app/session.ts";

const REGION: Record<string, string> = { en: "en-US", "zh-Hans": "zh-Hans-CN", "zh-Hant": "zh-Hant-TW" };

/** Numbers, money and times as this language writes them, in the brand's zone and currency. */
export interface Format {
  number(value: number): string;
  percent(share: number, digits?: number): string;
  points(share: number): string;
  money(minor: number, currency?: string): string;
  short(value: number): string;
  shortMoney(minor: number, currency?: string): string;
  day(at: string): string;
  weekday(at: string): string;
  time(at: string): string;
  second(at: string): string;
  moment(at: string): string;
  date(day: string): string;
  dayKey(at: string): string;
  list(items: readonly string[]): string;
  either(items: readonly string[]): string;
}

function digitsOf(locale: string, currency: string): number {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

const LATIN = /[!-~]/;

/** A list in words; Chinese sets no space around its "and", which would glue Latin names together. */
function listed(list: Intl.ListFormat, items: readonly string[]): string {
  return list.formatToParts(items).reduce((text, { type, value }, index) => {
    if (type === "element" || !/^\p{Script=Han}$/u.test(value)) return text + value;
    const before = LATIN.test(text.at(-1) ?? "") ? " " : "";
    const after = LATIN.test(items[(index + 1) / 2]?.[0] ?? "") ? " " : "";
    return `${text}${before}${value}${after}`;
  }, "");
}

/** The formats of one language, zone and currency. */
export function formats(language: string, zone: string, brandCurrency: string): Format {
  const locale = REGION[language] ?? "en-US";
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const inZone = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  const day = inZone({ year: "numeric", month: "short", day: "numeric" });
  const weekday = inZone({ year: "numeric", month: "long", day: "numeric", weekday: "long" });
  const time = inZone({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const second = inZone({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const dayOnly = new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "short", day: "numeric" });
  const key = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const either = new Intl.ListFormat(locale, { type: "disjunction" });
  const percent = (share: number, digits = 1) =>
    new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
  return {
    number: (value) => number.format(value),
    percent,
    points: (share) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(share * 100),
    money: (minor, currency = brandCurrency) =>
      new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
        minor / 10 ** digitsOf(locale, currency),
      ),
    short: (value) => compact.format(value),
    shortMoney: (minor, currency = brandCurrency) =>
      new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumFractionDigits: 1 }).format(
        minor / 10 ** digitsOf(locale, currency),
      ),
    day: (at) => day.format(new Date(at)),
    weekday: (at) => weekday.format(new Date(at)),
    second: (at) => second.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    moment: (at) => `${day.format(new Date(at))} ${time.format(new Date(at))}`,
    date: (text) => dayOnly.format(new Date(`${text.slice(0, 10)}T00:00:00Z`)),
    dayKey: (at) => key.format(new Date(at)),
    list: (items) => listed(list, items),
    either: (items) => listed(either, items),
  };
}

/** The formats for the person who is logged in. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const { brand } = useSession();
  return useMemo(() => formats(i18n.language, brand.zone, brand.currency), [i18n.language, brand.zone, brand.currency]);
}
