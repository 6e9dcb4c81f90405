import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types.ts";
import { ChannelName } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { useProductNames } from "../../names/names.ts";
import { useSourceName } from "../../names/sources.ts";
import { Pairs, Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Groups } from "./groups.tsx";

type Reason = "reachable" | "no_address" | "bounced" | "complained" | "unsubscribed" | "denied" | "pending" | "unasked";

/** A trait's value as text, whatever shape it came in. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function Consents({ consents }: { consents: Customer["consents"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <Section title={t("customer.consents")}>
      {consents.length === 0 && <p className="mute">{t("customer.noConsents")}</p>}
      <ul className="plain-list">
        {consents.map(({ channel, purpose, state, at }) => (
          <li key={`${channel} ${purpose}`}>
            <ChannelName channel={channel} />
            <span className="mute">{word("purpose", purpose)}</span>
            <Tag tone={state === "granted" ? "good" : "warn"}>{word("consent", state)}</Tag>
            <time className="mute small" dateTime={at}>
              {format.day(at)}
            </time>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Reachability({ channels }: { channels: Customer["reachability"] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("privacy.reachability")}>
      <ul className="plain-list">
        {channels.map(({ channel, reachable, reason }) => (
          <li key={channel}>
            <ChannelName channel={channel} />
            <Tag tone={reachable ? "good" : "warn"}>{t(`privacy.reach.${reason as Reason}`)}</Tag>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Memberships({ segments }: { segments: Customer["segments"] }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  return (
    <Section title={t("nav.item.segments")}>
      {segments.length === 0 && <p className="mute">{t("customer.noSegments")}</p>}
      <ul className="plain-list">
        {segments.map(({ key, name, since }) => (
          <li key={key}>
            <Link to="/segments/$key" params={{ key }}>
              {said(name)}
            </Link>
            <span className="mute small">{since && t("customer.since", { day: format.day(since) })}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Suppressions({ suppressions }: { suppressions: Customer["suppressions"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const productName = useProductNames(suppressions.flatMap(({ product_id }) => product_id ?? []));
  if (suppressions.length === 0) return null;
  return (
    <Section title={t("customer.suppressions")}>
      <ul className="plain-list">
        {suppressions.map(({ product_id, category, until, reason }) => (
          <li key={`${product_id} ${category}`}>
            <span>{product_id ? productName(product_id) : category}</span>
            <Tag tone="warn">{word("reason", reason)}</Tag>
            {until && <span className="mute small">{t("customer.until", { day: format.day(until) })}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Who she is: traits, consents, segments, what is not pitched to her. */
export function Portrait({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const sourceName = useSourceName();
  const traits = customer.traits.map(({ key, value, source }) => ({
    label: hasWord("trait", key) ? word("trait", key) : word("identifier", key),
    value: key === "language" ? word("language", plain(value)) : plain(value),
    note: t("customer.from", { source: sourceName(source) }),
  }));
  return (
    <div className="portrait">
      <Section title={t("customer.traits")}>
        {traits.length === 0 ? <p className="mute">{t("customer.noTraits")}</p> : <Pairs facts={traits} />}
      </Section>
      <Groups id={customer.id} />
      <Consents consents={customer.consents} />
      <Reachability channels={customer.reachability} />
      <Memberships segments={customer.segments} />
      <Suppressions suppressions={customer.suppressions} />
    </div>
  );
}
