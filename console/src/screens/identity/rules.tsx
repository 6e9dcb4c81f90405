import { Button, NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { IdentityRules } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { blockedOf, linesOf, type Rules as Said } from "./said.ts";
import { Trial } from "./trial.tsx";
import "./identity.css";

const route = getRouteApi("/shell/rules");
const OTHERS = "*";
// A browser's visits on a shared device are no kind that anybody sets a limit for.
const HIDDEN = ["device_session"];

interface CountsProps {
  readonly title: string;
  readonly about: string;
  readonly counts: Record<string, number>;
  readonly most: number;
  readonly onChange: (counts: Record<string, number>) => void;
}

function Counts({ title, about, counts, most, onChange }: CountsProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <Section title={title} note={about}>
      <div className="rule-grid">
        {Object.entries(counts).filter(([kind]) => !HIDDEN.includes(kind)).map(([kind, count]) => (
          <NumberInput
            key={kind}
            label={kind === OTHERS ? t("rules.others") : word("identifier", kind)}
            min={1}
            max={most}
            value={count}
            onChange={(value) => onChange({ ...counts, [kind]: Number(value) })}
          />
        ))}
      </div>
    </Section>
  );
}

function Editor({ known }: { known: IdentityRules }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const { trial } = route.useSearch();
  const queries = useQueryClient();
  const [rules, setRules] = useState<Said>(known.rules);
  const [blocked, setBlocked] = useState(linesOf(known.rules.blocked));
  const [note, setNote] = useState("");
  const read = blockedOf(blocked);
  const body = { ...rules, blocked: read.blocked };
  const attempt = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/identity/trials", { body: { rules: body } })),
    onSuccess: ({ id }) => navigate({ search: { trial: id } }),
  });
  const publish = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/identity/rules", { body: { rules: body, after: known.version, note } })),
    onSuccess: async ({ version }) => {
      tell(t("rules.published", { version }));
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <Counts title={t("rules.limits")} about={t("rules.limitsAbout")} counts={rules.limits ?? {}} most={10_000} onChange={(limits) => setRules({ ...rules, limits })} />
      <Counts title={t("rules.people")} about={t("rules.peopleAbout")} counts={rules.people ?? {}} most={200} onChange={(people) => setRules({ ...rules, people })} />
      <NumberInput
        maw={320}
        mt={16}
        label={t("rules.accounts")}
        description={t("rules.accountsAbout")}
        min={1}
        max={200}
        value={rules.accounts_per_device}
        onChange={(value) => setRules({ ...rules, accounts_per_device: Number(value) })}
      />
      <Switch
        mt={16}
        label={t("rules.birthdays")}
        description={t("rules.birthdaysAbout")}
        checked={rules.birthdays ?? true}
        onChange={(event) => setRules({ ...rules, birthdays: event.currentTarget.checked })}
      />
      <Textarea
        mt={16}
        autosize
        minRows={3}
        label={t("rules.blocked")}
        description={t("rules.blockedAbout")}
        value={blocked}
        error={read.wrong === undefined ? undefined : t("rules.blockedWrong", { line: read.wrong })}
        onChange={(event) => setBlocked(event.currentTarget.value)}
      />
      <TextInput mt={16} label={t("rules.note")} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <div style={{ display: "flex", gap: 8, margin: "16px 0", flexWrap: "wrap" }}>
        <Button disabled={read.wrong !== undefined} loading={attempt.isPending} onClick={() => attempt.mutate()}>
          {t("rules.try")}
        </Button>
        <Button variant="default" disabled={read.wrong !== undefined} loading={publish.isPending} onClick={() => publish.mutate()}>
          {t("rules.publish")}
        </Button>
      </div>
      {(attempt.error ?? publish.error) && <ProblemNote error={attempt.error ?? publish.error} />}
      {known.work && ["waiting", "working"].includes(known.work.state) && (
        <p role="status">{t("rules.applying", { done: known.work.done, total: known.work.total })}</p>
      )}
      {trial && <Trial id={trial} />}
    </>
  );
}

function Hubs() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const hubs = useQuery({
    queryKey: ["hubs", search.cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/identity/hubs", { params: { query: { cursor: search.cursor } }, signal })),
  });
  return (
    <Section title={t("rules.hubs")} note={t("rules.hubsAbout")}>
      <Answered query={hubs} lines={4}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={t("rules.noHubs.title")}>{t("rules.noHubs.about")}</Empty>
          ) : (
            <>
              <Table
                label={t("rules.hubs")}
                rows={items}
                keyOf={({ iid }) => iid}
                columns={[
                  { key: "kind", head: t("rules.kind"), cell: ({ kind }) => word("identifier", kind) },
                  { key: "value", head: t("rules.value"), wide: true, cell: ({ value }) => value },
                  { key: "state", head: t("identity.state"), cell: ({ blocked }) => <Tag tone="warn">{word("edgeReason", blocked ? "blocked" : "hub")}</Tag> },
                  {
                    key: "people",
                    head: t("rules.touches"),
                    number: true,
                    cell: ({ people, more }) => (more ? t("rules.more", { number: format.number(people) }) : format.number(people)),
                  },
                ]}
              />
              <Pager cursor={search.cursor} next={next} onMove={(cursor) => void navigate({ search: { ...search, cursor } })} />
            </>
          )
        }
      </Answered>
    </Section>
  );
}

function Versions({ known }: { known: IdentityRules }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (known.versions.length === 0) return null;
  return (
    <Section title={t("rules.history")}>
      <Table
        label={t("rules.history")}
        rows={known.versions}
        keyOf={({ version }) => String(version)}
        columns={[
          { key: "version", head: t("rules.history"), cell: ({ version }) => t("rules.version", { version }) },
          { key: "by", head: t("rules.by"), cell: ({ by }) => by },
          { key: "at", head: t("rules.at"), cell: ({ at }) => format.moment(at) },
          { key: "note", head: t("rules.why"), wide: true, cell: ({ note }) => note || "–" },
        ]}
      />
    </Section>
  );
}

/** What makes identifiers one customer: limits, hubs, blocked values; tried on a copy before they are published. */
export function Rules() {
  const { t } = useTranslation();
  const rules = useQuery({
    queryKey: ["identity-rules"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/identity/rules", { signal })),
  });
  return (
    <Page
      title={t("nav.item.rules")}
      about={t("rules.about")}
      beside={rules.data && <Tag>{rules.data.version ? t("rules.version", { version: rules.data.version }) : t("rules.builtin")}</Tag>}
    >
      <Answered query={rules} lines={12}>
        {(known) => (
          <>
            <Editor key={known.version} known={known} />
            <Hubs />
            <Versions known={known} />
          </>
        )}
      </Answered>
    </Page>
  );
}
