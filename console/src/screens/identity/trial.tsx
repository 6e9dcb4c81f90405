import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Work } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { type Named, useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Figures, Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

const LOOKS_AGAIN_MS = 1000;
const OPEN = ["waiting", "working"];

interface Moved { readonly key: string; readonly name: Named; readonly before: number; readonly after: number }
interface Told { readonly a: string; readonly b: string; readonly message_id: string; readonly before: string | null; readonly after: string | null }
interface Example {
  readonly before: Record<string, string[]>;
  readonly after: Record<string, string[]>;
  readonly evidence: readonly Told[];
}
interface Found {
  readonly looked_at?: number;
  readonly merging?: number;
  readonly splitting?: number;
  readonly becoming?: number;
  readonly segments?: readonly Moved[];
  readonly examples?: readonly Example[];
  readonly error?: string;
}

function Segments({ moved }: { moved: readonly Moved[] }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  return (
    <Section title={t("rules.segments")}>
      <Table
        label={t("rules.segments")}
        rows={moved}
        keyOf={({ key }) => key}
        columns={[
          { key: "name", head: t("rules.segment"), cell: ({ name }) => said(name) },
          { key: "before", head: t("rules.before"), number: true, cell: ({ before }) => format.number(before) },
          { key: "after", head: t("rules.after"), number: true, cell: ({ after }) => format.number(after) },
        ]}
      />
    </Section>
  );
}

function Judged({ reason }: { reason: string | null }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return reason ? <Tag tone="warn">{word("edgeReason", reason)}</Tag> : <Tag tone="good">{t("identity.active")}</Tag>;
}

function Examples({ work, examples }: { work: Work; examples: readonly Example[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const names = new Map(work.nodes.map(({ iid, kind, value }) => [iid, `${word("identifier", kind)} ${value}`]));
  return (
    <Section title={t("rules.examples")}>
      {examples.map((one, place) => (
        <article className="pair" key={Object.keys(one.before).join(" ")} aria-label={`${t("rules.examples")} ${place + 1}`}>
          <div className="pair-head">
            <strong>{t("rules.exampleMerge", { before: Object.keys(one.before).length, after: Object.keys(one.after).length })}</strong>
          </div>
          <Table
            label={t("rules.evidence")}
            rows={one.evidence}
            keyOf={({ a, b, message_id }) => `${a} ${b} ${message_id}`}
            columns={[
              { key: "pair", head: t("rules.evidence"), wide: true, cell: ({ a, b }) => `${names.get(a) ?? a} – ${names.get(b) ?? b}` },
              { key: "before", head: t("rules.before"), cell: ({ before }) => <Judged reason={before} /> },
              { key: "after", head: t("rules.after"), cell: ({ after }) => <Judged reason={after} /> },
            ]}
          />
        </article>
      ))}
    </Section>
  );
}

/** How far a trial is, and what it has found. */
export function Trial({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const path = { work: Number(id) };
  const trial = useQuery({
    queryKey: ["identity-work", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/identity/work/{work}", { params: { path }, signal })),
    refetchInterval: ({ state: { data } }) => (data && OPEN.includes(data.state) ? LOOKS_AGAIN_MS : false),
  });
  const stop = useMutation({
    mutationFn: () => valueOf(client.POST("/api/identity/work/{work}/cancel", { params: { path } })),
    onSuccess: () => trial.refetch(),
  });
  return (
    <Section title={t("rules.trial")}>
      <Answered query={trial} lines={4}>
        {(work) => {
          const found = work.result as Found;
          if (OPEN.includes(work.state)) {
            return (
              <div role="status">
                <p>{t("rules.trying")}</p>
                <progress max={Math.max(work.total, 1)} value={work.done} aria-label={t("rules.trying")} />
                <Button ml={12} size="compact-sm" variant="default" onClick={() => stop.mutate()}>
                  {t("rules.stop")}
                </Button>
              </div>
            );
          }
          if (found.error) return <p role="alert">{t("rules.failed", { why: found.error })}</p>;
          if (!found.becoming) return <p>{t("rules.same")}</p>;
          return (
            <>
              <Figures
                facts={[
                  { label: t("rules.merging"), value: format.number(found.merging ?? 0) },
                  { label: t("rules.splitting"), value: format.number(found.splitting ?? 0) },
                  { label: t("rules.becoming"), value: format.number(found.becoming) },
                  { label: t("rules.looked"), value: format.number(found.looked_at ?? 0) },
                ]}
              />
              {found.segments && found.segments.length > 0 && <Segments moved={found.segments} />}
              {found.examples && found.examples.length > 0 && <Examples work={work} examples={found.examples} />}
            </>
          );
        }}
      </Answered>
    </Section>
  );
}
