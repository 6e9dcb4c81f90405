import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Call } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useNames } from "../../names/names.ts";
import { useSourceNames } from "../../names/sources.ts";
import { Answered } from "../../ui/answered.tsx";
import { Pairs } from "../../ui/bits.tsx";
import { DecisionList } from "../../ui/decisions.tsx";
import { Panel } from "../../ui/panel.tsx";
import { OutcomeTag } from "./live.tsx";

type Chain = NonNullable<Call["chain"]>;
// What an event caused a moment ago may still be under way.
const LOOK_AGAIN_MS = 3000;

function Link_({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li className={count > 0 ? "chain-link" : "chain-link chain-none"}>
      <h3>{title}</h3>
      {count > 0 ? children : <p className="mute small">{t("live.nothing")}</p>}
    </li>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Who({ chain }: { chain: Chain }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <>
      <Link_ title={t("live.chain.customer")} count={chain.customer ? 1 : 0}>
        {chain.customer && (
          <Link to="/customers/$id" params={{ id: chain.customer }}>
            {chain.customer_name || chain.customer}
          </Link>
        )}
        <Pairs facts={chain.identifiers.map(({ kind, value }) => ({ label: word("identifier", kind), value }))} />
      </Link_>
      <Link_ title={t("live.chain.joins")} count={chain.joins.length}>
        <ul className="chain-list">
          {chain.joins.map(({ one, other, reason }) => (
            <li key={`${one.kind} ${one.value} ${other.kind} ${other.value}`}>
              {one.value} · {other.value}
              {reason && <span className="mute"> {word("edgeReason", reason)}</span>}
            </li>
          ))}
        </ul>
      </Link_>
    </>
  );
}

function Written({ chain }: { chain: Chain }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <>
      <Link_ title={t("live.chain.traits")} count={chain.traits.length}>
        <Pairs facts={chain.traits.map(({ key, value }) => ({ label: word("trait", key), value: key === "language" ? word("language", shown(value)) : shown(value) }))} />
      </Link_>
      <Link_ title={t("live.chain.consents")} count={chain.consents.length}>
        <Pairs
          facts={chain.consents.map(({ channel, purpose, granted }) => ({
            label: word("channel", channel),
            value: word("consent", granted ? "granted" : "denied"),
            note: word("purpose", purpose),
          }))}
        />
      </Link_>
    </>
  );
}

function Followed({ chain }: { chain: Chain }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const names = useNames();
  return (
    <>
      <Link_ title={t("live.chain.segments")} count={chain.flips.length}>
        <ul className="chain-list">
          {chain.flips.map(({ segment, direction, at }) => (
            <li key={`${segment} ${at}`}>
              <Link to="/segments/$key" params={{ key: segment }}>
                {names.segment(segment)}
              </Link>
              <span className="mute"> {t(direction === "left" ? "live.left" : "live.entered")}</span>
            </li>
          ))}
        </ul>
      </Link_>
      <Link_ title={t("live.chain.journeys")} count={chain.moves.length}>
        <ul className="chain-list">
          {chain.moves.map(({ journey, move, at, to_step }) => (
            <li key={`${journey} ${move} ${to_step} ${at}`}>
              <Link to="/journeys/$key" params={{ key: journey }}>
                {names.journey(journey)}
              </Link>
              <span className="mute"> {word("move", move)}</span>
            </li>
          ))}
        </ul>
      </Link_>
      <Link_ title={t("live.chain.decisions")} count={chain.decisions.length}>
        <DecisionList decisions={chain.decisions} />
      </Link_>
    </>
  );
}

function Payload({ call }: { call: Call }) {
  const { t } = useTranslation();
  const empty = Object.keys(call.payload).length === 0;
  const text = call.text ?? (empty ? "" : JSON.stringify(call.payload, null, 2));
  return (
    <section aria-label={t("live.payload")} className="chain-link">
      <h3>{t("live.payload")}</h3>
      {text === "" ? (
        <p className="mute small">{t("live.hidden")}</p>
      ) : (
        <pre className="live-payload" tabIndex={0} aria-label={t("live.payload")}>
          {text}
        </pre>
      )}
    </section>
  );
}

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const sources = useSourceNames();
  return (
    <Pairs
      facts={[
        { label: t("live.what"), value: <OutcomeTag outcome={call.outcome} />, note: call.reason ? word("failReason", call.reason) : undefined },
        ...(call.detail ? [{ label: t("live.detail"), value: call.detail }] : []),
        { label: t("live.received"), value: `${format.day(call.received_at)} ${format.second(call.received_at)}` },
        ...(call.at ? [{ label: t("live.happened"), value: `${format.day(call.at)} ${format.second(call.at)}`, note: call.clamped ? t("live.clamped") : undefined }] : []),
        { label: t("live.source"), value: sources.get(call.source) ?? call.source },
        ...(call.message_id ? [{ label: t("live.messageId"), value: <code>{call.message_id}</code> }] : []),
        ...(call.again_at.length > 0 ? [{ label: t("live.again"), value: call.again_at.map((at) => format.second(at)).join(", ") }] : []),
      ]}
    />
  );
}

/** One call: what it was, what it caused, and what was sent. */
export function CallPanel({ call: id, onClose }: { call: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const call = useQuery({
    queryKey: ["arrival", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/arrivals/{arrival}", { params: { path: { arrival: id } }, signal })),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const name = call.data?.name;
  return (
    <Panel title={name ? word("event", name) : t("live.nameless")} onClose={onClose}>
      <Answered query={call}>
        {(found) => (
          <>
            <Facts call={found} />
            {found.chain && (
              <ol className="chain" aria-label={t("live.caused")}>
                <Who chain={found.chain} />
                <Written chain={found.chain} />
                <Followed chain={found.chain} />
              </ol>
            )}
            <Payload call={found} />
          </>
        )}
      </Answered>
    </Panel>
  );
}
