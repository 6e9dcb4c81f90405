import { CalendarClock, Filter, Link2, type LucideIcon, Route as RouteIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Moment } from "../../api/types.ts";
import { ChannelIcon } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useNames } from "../../names/names.ts";
import { groundsOf, VerdictTag, WhyButton } from "../../ui/decisions.tsx";
import { fieldsOf, listOf } from "../journeys/steps.ts";

const KIND_ICON: Readonly<Record<string, LucideIcon>> = {
  transition: RouteIcon, flip: Filter, link: Link2,
};

type Detail = Readonly<Record<string, unknown>>;

/** The text at this key of a moment's detail, if there is one. */
export function textAt(detail: Detail, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value: unknown = detail[key];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

const NAMES_SHOWN = 3;

interface Line {
  readonly name: string;
  readonly id: string;
}

function linesOf(detail: Detail): Line[] {
  const properties = fieldsOf(detail.properties ?? detail);
  const listed = listOf(properties.products);
  const all = listed.length > 0 ? listed : [properties];
  return all
    .map(({ name, product_id }) => ({ name: String(name || ""), id: String(product_id || "") }))
    .filter(({ name, id }) => name !== "" || id !== "");
}

/** The products of an event that come without their names. */
export function nameless({ kind, detail }: Moment): string[] {
  if (kind !== "event") return [];
  return linesOf(detail).flatMap(({ name, id }) => (name === "" ? [id] : [])).slice(0, NAMES_SHOWN);
}

function useEventParts(productName: (id: string) => string): (detail: Detail) => string[] {
  const { t } = useTranslation();
  const format = useFormat();
  const saidNames = useNames();
  return (detail) => {
    const properties = fieldsOf(detail.properties ?? detail);
    const names = linesOf(detail).map(({ name, id }) => name || productName(id));
    const message = textAt(properties, "message");
    const more = names.length > NAMES_SHOWN ? [t("timeline.more", { count: names.length - NAMES_SHOWN })] : [];
    const minor: unknown = detail.revenue_minor;
    const amount = typeof minor === "number" && minor !== 0 ? [format.money(minor, textAt(detail, "currency"))] : [];
    const where = textAt(detail, "campaign", "utm_source") ?? textAt(properties, "path", "url", "query");
    const rest = [message && saidNames.message(message), names.length === 0 ? where : undefined];
    return [...names.slice(0, NAMES_SHOWN), ...more, ...amount, ...rest.filter((part) => part !== undefined)];
  };
}

function useParts(moment: Moment, productName: (id: string) => string): string[] {
  const { word } = useWords();
  const names = useNames();
  const ofEvent = useEventParts(productName);
  const { detail, kind, reason } = moment;
  const where = moment.store ? names.store(moment.store) : moment.channel && word("channel", moment.channel);
  const parts = where ? [where] : [];
  if (kind === "delivery") parts.unshift(word("delivery", reason ?? ""));
  if (kind === "event") return [...parts, ...ofEvent(detail)];
  const journey = kind === "transition" ? moment.title : textAt(detail, "journey");
  if (journey) parts.push(names.journey(journey));
  if (kind === "decision" && reason && reason !== "sent" && reason !== detail.verdict) parts.push(word("reason", reason));
  return parts;
}

function useTitle({ detail, kind, reason, title }: Moment): string {
  const { t } = useTranslation();
  const { word } = useWords();
  const names = useNames();
  switch (kind) {
    case "event":
      return word("event", title);
    case "transition":
      return word("move", reason ?? "");
    case "delivery":
      return detail.op === "add" || detail.op === "remove" ? word("deed", detail.op) + title : names.message(title);
    case "flip":
      return t(reason === "left" ? "timeline.left" : "timeline.entered", { segment: names.segment(title) });
    case "link":
      return word("link", reason ?? title);
    default:
      return names.message(textAt(detail, "message") ?? title);
  }
}

function Mark({ moment }: { moment: Moment }) {
  const Icon = KIND_ICON[moment.kind];
  if (!Icon) return moment.channel ? <ChannelIcon channel={moment.channel} /> : <CalendarClock size={16} strokeWidth={1.75} color="var(--ink-faint)" aria-hidden />;
  return <Icon size={16} strokeWidth={1.75} color="var(--ink-faint)" aria-hidden />;
}

/** One thing that happened or was decided. A decision says why. */
export function MomentRow({ moment, productName }: { moment: Moment; productName: (id: string) => string }) {
  const format = useFormat();
  const title = useTitle(moment);
  const parts = useParts(moment, productName);
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
      {kind === "decision" && verdict && <VerdictTag verdict={verdict} reason={moment.reason ?? ""} />}
      {kind === "decision" && moment.reason && (
        <WhyButton
          label={title}
          grounds={groundsOf({ ...detail, reason: moment.reason })}
        />
      )}
    </li>
  );
}
