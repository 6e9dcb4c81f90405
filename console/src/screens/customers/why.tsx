import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Graph } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useSourceTitle } from "../../names/sources.ts";
import { Answered } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

/** The evidence that leads from one identifier to another, message by message. */
export function EvidencePath({ id, nodes }: { id: string; nodes: Graph["nodes"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const sourceTitle = useSourceTitle();
  const [start, setStart] = useState(nodes[0]?.iid ?? "");
  const [end, setEnd] = useState(nodes.at(-1)?.iid ?? "");
  const path = useQuery({
    queryKey: ["path", id, start, end],
    enabled: start !== end,
    queryFn: ({ signal }) =>
      valueOf(client.GET("/api/customers/{customer}/path", { params: { path: { customer: id }, query: { start, end } }, signal })),
  });
  if (nodes.length < 2) return null;
  const choices = nodes.map(({ iid, kind, value }) => ({ value: iid, label: `${word("identifier", kind)} ${value}` }));
  return (
    <Section title={t("why.path")}>
      <div style={{ display: "flex", gap: 12, flexWrap: "wrap", marginBottom: 12 }}>
        <NativeSelect label={t("why.from")} value={start} onChange={(event) => setStart(event.currentTarget.value)} data={choices} />
        <NativeSelect label={t("why.to")} value={end} onChange={(event) => setEnd(event.currentTarget.value)} data={choices} />
      </div>
      {start !== end && (
        <Answered query={path} lines={3}>
          {({ joined, edges, nodes: shown }) => {
            const values = new Map(shown.map(({ iid, value }) => [iid, value]));
            if (edges.length === 0) return <p>{t("why.nothing")}</p>;
            return (
              <>
                <p style={{ marginBottom: 12 }}>{t(joined ? "why.joined" : "why.broken")}</p>
                <Table
                  label={t("why.path")}
                  rows={edges}
                  keyOf={({ a, b, kind }) => `${a} ${b} ${kind}`}
                  columns={[
                    { key: "pair", head: t("identity.pair"), wide: true, cell: ({ a, b }) => `${values.get(a) ?? a} – ${values.get(b) ?? b}` },
                    { key: "kind", head: t("identity.evidence"), cell: ({ kind, evidence }) => <span title={evidence}>{word("edge", kind)}</span> },
                    { key: "source", head: t("identity.source"), late: true, cell: ({ source }) => (source ? sourceTitle(source) : "–") },
                    { key: "at", head: t("identity.at"), late: true, cell: ({ at }) => format.moment(at) },
                    {
                      key: "state",
                      head: t("identity.state"),
                      cell: ({ active, reason }) =>
                        active ? <Tag tone="good">{t("identity.active")}</Tag> : <Tag tone="warn">{word("edgeReason", reason ?? "limit")}</Tag>,
                    },
                  ]}
                />
              </>
            );
          }}
        </Answered>
      )}
    </Section>
  );
}

const TURNS = ["came", "left", "refused", "separated", "rejoined"] as const;

/** What was decided about who she is, over time. */
export function Story({ id }: { id: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const story = useQuery({
    queryKey: ["story", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}/story", { params: { path: { customer: id } }, signal })),
  });
  return (
    <Answered query={story} lines={4}>
      {({ items, nodes }) => {
        if (items.length === 0) return null;
        const values = new Map(nodes.map(({ iid, value }) => [iid, value]));
        const said = (turn: string) => t(`why.turn.${TURNS.find((known) => known === turn) ?? "came"}`);
        return (
          <Section title={t("why.story")}>
            <Table
              label={t("why.story")}
              rows={items}
              keyOf={({ at, turn, iids, cause }) => `${at} ${turn} ${cause} ${iids.join(" ")}`}
              columns={[
                { key: "at", head: t("identity.at"), cell: ({ at }) => format.moment(at) },
                { key: "turn", head: t("identity.state"), cell: ({ turn }) => said(turn) },
                { key: "who", head: t("identity.pair"), wide: true, cell: ({ iids }) => iids.map((iid) => values.get(iid) ?? iid).join(" – ") },
                { key: "why", head: t("identity.evidence"), late: true, cell: ({ cause, reason }) => (reason ? `${word("edgeReason", reason)} · ${cause}` : cause) },
              ]}
            />
          </Section>
        );
      }}
    </Answered>
  );
}
