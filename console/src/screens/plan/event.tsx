import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Tabs } from "../../ui/choices.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { Editor } from "./editor.tsx";
import { MODES } from "./list.tsx";
import "./plan.css";
import type { Schema } from "./schema.ts";
import { Diff, Versions, Wrong } from "./versions.tsx";

const route = getRouteApi("/shell/tracking-plan/event");
const VIEWS = ["schema", "wrong", "versions"] as const;
type Planned = Answer<"/api/tracking-plan/event">;
type Mode = (typeof MODES)[number] | null;

/** A fault as the server writes it to group by: "missing products[].price". */
export function useWhat(): (what: string) => string {
  const { word } = useWords();
  return (what) => {
    const [kind = "", ...place] = what.split(" ");
    return place.length === 0 ? word("fault", kind) : `${place.join(" ")} ${word("fault", kind)}`;
  };
}

/** What a schema would have made of the last events of its name. */
function Effect({ name, body, mode }: { name: string; body: Schema; mode: Mode }) {
  const { t } = useTranslation();
  const format = useFormat();
  const what = useWhat();
  const effect = useQuery({
    queryKey: ["plan", "effect", name, body],
    queryFn: ({ signal }) => valueOf(client.POST("/api/tracking-plan/effect", { body: { name, body: { ...body } }, signal })),
    retry: false,
  });
  return (
    <Answered query={effect} lines={2}>
      {({ checked, faulty, faults }) => (
        <>
          <p className="effect">{checked === 0 ? t("plan.triedNone") : t(mode === "block" ? "plan.triedBlock" : "plan.tried", { count: checked, checked: format.number(checked), faulty: format.number(faulty) })}</p>
          {faults.length > 0 && (
            <Table
              label={t("plan.what")}
              rows={faults}
              keyOf={(row) => row.what}
              columns={[
                { key: "what", head: t("plan.what"), wide: true, cell: (row) => what(row.what) },
                { key: "events", head: t("failed.events"), number: true, cell: (row) => format.number(row.events) },
              ]}
            />
          )}
        </>
      )}
    </Answered>
  );
}

function PublishPanel({ planned, onClose }: { planned: Planned; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const publish = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/tracking-plan/publish", { body: { name: planned.name, seen: planned.draft?.changed_at ?? null } })),
    onSuccess: async (rule) => {
      await queries.invalidateQueries({ queryKey: ["plan"] });
      tell(t("plan.published", { number: rule.version }));
      onClose();
    },
  });
  if (!planned.draft) return null;
  return (
    <Panel title={t("plan.publishTitle", { name: planned.name })} onClose={onClose}>
      <p>{t("plan.publishAbout")}</p>
      <Section title={t("plan.try")}>
        <Effect name={planned.name} body={planned.draft.body} mode={planned.draft.mode} />
      </Section>
      <Section title={t("plan.diff")}>
        <Diff name={planned.name} before={planned.versions[0]?.version ?? 0} draftOf={planned.draft.changed_at} />
      </Section>
      {publish.error !== null && <ProblemNote error={publish.error} />}
      <div className="schema-actions">
        <Button loading={publish.isPending} onClick={() => publish.mutate()}>
          {t("plan.publish")}
        </Button>
      </div>
    </Panel>
  );
}

function Start({ name, mayWrite, onInferred }: { name: string; mayWrite: boolean; onInferred: (body: Schema) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const infer = useMutation({
    mutationFn: () => valueOf(client.GET("/api/tracking-plan/infer", { params: { query: { name } } })),
    onSuccess: ({ events, body }) => {
      onInferred(body);
      tell(t("plan.inferred", { count: events, number: format.number(events) }));
    },
  });
  return (
    <Empty
      title={t("plan.start.title")}
      action={
        mayWrite && (
          <Button loading={infer.isPending} onClick={() => infer.mutate()}>
            {t("plan.start.do")}
          </Button>
        )
      }
    >
      {t("plan.start.about")}
    </Empty>
  );
}

/** Asks again what was asked of an event when it left the plan. */
function useBringBack(name: string) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => valueOf(client.POST("/api/tracking-plan/restore", { body: { name } })),
    onSuccess: async (rule) => {
      await queries.invalidateQueries({ queryKey: ["plan"] });
      tell(t("plan.published", { number: rule.version }));
    },
  });
}

function BringBack({ name }: { name: string }) {
  const { t } = useTranslation();
  const back = useBringBack(name);
  return (
    <Button variant="subtle" loading={back.isPending} onClick={() => back.mutate()}>
      {t("plan.bringBack")}
    </Button>
  );
}

/** Takes the event out of the plan; what was asked of it can be asked again at once. */
function Retire({ name }: { name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const back = useBringBack(name);
  const retire = useMutation({
    mutationFn: () => valueOf(client.POST("/api/tracking-plan/retire", { body: { name } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["plan"] });
      tell(t("plan.retired", { name }), { label: t("plan.bringBack"), onPress: () => back.mutate() });
    },
  });
  return (
    <Button variant="subtle" color="gray" loading={retire.isPending} onClick={() => retire.mutate()}>
      {t("plan.retire")}
    </Button>
  );
}

interface DraftingProps {
  readonly planned: Planned;
  readonly mayWrite: boolean;
}

function Drafting({ planned, mayWrite }: DraftingProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const queries = useQueryClient();
  const from = planned.draft ?? planned.versions[0];
  const live = planned.versions[0]?.retired ? undefined : planned.versions[0];
  const [body, setBody] = useState<Schema | undefined>(from?.body);
  const [mode, setMode] = useState<Mode>(from?.mode ?? null);
  const [tried, setTried] = useState<Schema>();
  const done = async (words: string) => {
    await queries.invalidateQueries({ queryKey: ["plan"] });
    tell(words);
  };
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.PUT("/api/tracking-plan/draft", { body: { name: planned.name, body: { ...body }, mode } })),
    onSuccess: () => done(t("plan.saved")),
  });
  const discard = useMutation({
    mutationFn: () => valueOf(client.POST("/api/tracking-plan/draft/discard", { body: { name: planned.name } })),
    onSuccess: () => done(t("plan.discarded")),
  });
  if (body === undefined) return <Start name={planned.name} mayWrite={mayWrite} onInferred={setBody} />;
  return (
    <>
      <div className="schema-actions">
        <NativeSelect
          label={t("plan.mode")}
          disabled={!mayWrite}
          value={mode ?? ""}
          onChange={(event) => setMode(MODES.find((one) => one === event.currentTarget.value) ?? null)}
          data={[{ value: "", label: t("plan.asSource") }, ...MODES.map((one) => ({ value: one, label: word("planMode", one) }))]}
        />
        {mayWrite && (
          <Button loading={save.isPending} variant="default" onClick={() => save.mutate()}>
            {t("plan.save")}
          </Button>
        )}
        {mayWrite && planned.draft && (
          <Button loading={discard.isPending} variant="subtle" color="gray" onClick={() => discard.mutate()}>
            {t("plan.discard")}
          </Button>
        )}
        <Button variant="subtle" onClick={() => setTried(body)}>
          {t("plan.try")}
        </Button>
        {mayWrite && live && !planned.draft && <Retire name={planned.name} />}
        {mayWrite && planned.versions[0]?.retired && <BringBack name={planned.name} />}
      </div>
      {save.error !== null && <ProblemNote error={save.error} />}
      {tried !== undefined && <Effect name={planned.name} body={tried} mode={mode} />}
      <Editor body={body} changeable={mayWrite} onChange={setBody} />
    </>
  );
}

/** One event of the plan: its schema, what is wrong with it, its versions. */
export function PlannedEvent() {
  const { t } = useTranslation();
  const { person } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const name = search.name ?? "";
  const view = VIEWS.find((one) => one === search.view) ?? "schema";
  const mayWrite = may(person.permissions, "sources:write");
  const planned = useQuery({
    queryKey: ["plan", "event", name],
    queryFn: ({ signal }) => valueOf(client.GET("/api/tracking-plan/event", { params: { query: { name } }, signal })),
  });
  const newest = planned.data?.versions[0];
  const live = newest?.retired ? undefined : newest;
  const publishing = (panel: string | undefined) => void navigate({ search: { ...search, panel } });
  return (
    <Page
      title={name}
      before={<Link to="/tracking-plan">{t("nav.item.trackingPlan")}</Link>}
      beside={live ? <Tag tone="good">{t("plan.version", { number: live.version })}</Tag> : <Tag>{t("plan.unplanned")}</Tag>}
      action={mayWrite && planned.data?.draft && <Button onClick={() => publishing("publish")}>{t("plan.publish")}</Button>}
    >
      <Tabs
        label={t("plan.views")}
        value={view}
        onChoose={(value) => void navigate({ search: { name, view: value === "schema" ? undefined : value } })}
        choices={VIEWS.map((value) => ({ value, label: t(`plan.view.${value}`) }))}
      />
      <Answered query={planned} lines={10}>
        {(found) => (
          <>
            {view === "schema" && <Drafting key={`${found.draft?.changed_at} ${found.versions.length}`} planned={found} mayWrite={mayWrite} />}
            {view === "wrong" && <Wrong planned={found} />}
            {view === "versions" && <Versions planned={found} />}
            {search.panel === "publish" && mayWrite && <PublishPanel planned={found} onClose={() => publishing(undefined)} />}
          </>
        )}
      </Answered>
    </Page>
  );
}
