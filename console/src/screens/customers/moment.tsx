import { CalendarClock, Filter, Link2, type LucideIcon, Route as RouteIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Moment } from "../../api/types.ts";
import { ChannelIcon } from "../../design/channels.tsx";
import { type Format, useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { VerdictTag, WhyButton } from "../../ui/decisions.tsx";

const KIND_ICON: Readonly<Record<string, LucideIcon>> = {
  transition: RouteIcon, flip: Filter, link: Link2,
};

type Detail = Moment["detail"];

/** The text at this key of a moment's detail, if there is one. */
export function textAt(detail: Detail, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value: unknown = detail[key];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

function productNames(detail: Detail): string[] {
  const products: unknown = detail.products;
  const listed: unknown[] = Array.isArray(products) ? products : [];
  const names = listed.flatMap((product) => {
    if (typeof product === "string") return [product];
    if (typeof product !== "object" || product === null) return [];
    const { name, product_id } = product as Record<string, unknown>;
    return [String(name ?? product_id ?? "")];
  });
  const single = textAt(detail, "product", "name", "product_id");
  return names.length === 0 && single !== undefined ? [single] : names.filter(Boolean);
}

const NAMES_SHOWN = 3;

function useParts(moment: Moment, format: Format): string[] {
  const { t } = useTranslation();
  const { word, said } = useWords();
  const { detail, kind } = moment;
  const parts: string[] = [];
  if (moment.store) parts.push(textAt(detail, "store_name") ?? moment.store);
  else if (moment.channel) parts.push(word("channel", moment.channel));
  if (kind === "event") {
    const names = productNames(detail);
    parts.push(...names.slice(0, NAMES_SHOWN));
    if (names.length > NAMES_SHOWN) parts.push(t("timeline.more", { count: names.length - NAMES_SHOWN }));
    const minor: unknown = detail.revenue_minor;
    if (typeof minor === "number" && minor !== 0) parts.push(format.money(minor, textAt(detail, "currency") || undefined));
    const campaign = textAt(detail, "campaign", "utm_source", "path", "query");
    if (campaign) parts.push(campaign);
  }
  const journey = detail.journey_name ?? detail.journey;
  if (kind !== "event" && journey) parts.push(said(journey as string));
  if (kind === "decision" && moment.reason && moment.reason !== detail.verdict) parts.push(word("reason", moment.reason));
  return parts;
}

function useTitle(moment: Moment): string {
  const { t } = useTranslation();
  const { word, said } = useWords();
  const { detail, kind, title } = moment;
  if (kind === "event") return word("event", title);
  if (kind === "transition") return word("move", title);
  if (kind === "delivery") return `${word("delivery", textAt(detail, "state") ?? title)}`;
  if (kind === "flip") {
    const segment = said((detail.segment_name ?? detail.segment ?? title) as string);
    return t(textAt(detail, "direction") === "left" ? "timeline.left" : "timeline.entered", { segment });
  }
  if (kind === "link") return word("link", title);
  return said((detail.message_name ?? detail.message ?? title) as string);
}

function Mark({ moment }: { moment: Moment }) {
  const Icon = KIND_ICON[moment.kind];
  if (!Icon) return moment.channel ? <ChannelIcon channel={moment.channel} /> : <CalendarClock size={16} strokeWidth={1.75} color="var(--ink-faint)" aria-hidden />;
  return <Icon size={16} strokeWidth={1.75} color="var(--ink-faint)" aria-hidden />;
}

/** One thing that happened or was decided. A decision says why. */
export function MomentRow({ moment }: { moment: Moment }) {
  const format = useFormat();
  const title = useTitle(moment);
  const parts = useParts(moment, format);
  const { detail, kind } = moment;
  const verdict = textAt(detail, "verdict");
  return (
    <li className={`moment moment-${kind}`}>
      <time dateTime={moment.at}>{format.time(moment.at)}</time>
      <span className="moment-mark">
        <Mark moment={moment} />
      </span>
      <div className="moment-words">
        <span className="moment-title">{title}</span>
        {parts.length > 0 && <span className="mute">{parts.join(" · ")}</span>}
      </div>
      {kind === "decision" && verdict && <VerdictTag verdict={verdict} />}
      {kind === "decision" && moment.reason && (
        <WhyButton
          label={title}
          grounds={{
            reason: moment.reason,
            rule: textAt(detail, "rule"),
            blockedBy: textAt(detail, "blocked_by"),
            plannedFor: textAt(detail, "planned_for"),
          }}
        />
      )}
    </li>
  );
}
