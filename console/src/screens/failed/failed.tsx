import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { writeSearch } from "../../app/search.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useSourceNames } from "../../names/sources.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tabs } from "../../ui/choices.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { useWhat } from "../plan/event.tsx";
import "./failed.css";
import { type Chosen, chosenOf, type Failed, type Group, type State, STATES, titleOf, written } from "./group.ts";
import { Jobs } from "./jobs.tsx";
import { FailedPanel } from "./one.tsx";
import { RulePanel } from "./rule.tsx";

const route = getRouteApi("/shell/failed-events");
const PAGE = 50;
/** What fails is seen without asking again. */
const LOOK_AGAIN_MS = 5_000;

function useGroupWords() {
  const { word } = useWords();
  const what = useWhat();
  return (group: { reason: string; what: string }) => (group.what === "" ? word("failReason", group.reason) : what(group.what));
}

function Groups({ state, onOpen }: { state: State; onOpen: (group: Group) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useGroupWords();
  const sources = useSourceNames();
  const groups = useQuery({
    queryKey: ["failed", "groups", state],
    queryFn: ({ signal }) => valueOf(client.GET("/api/failed-events/groups", { params: { query: { state } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Answered query={groups} lines={8}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t("failed.empty.title")}>{t("failed.empty.about")}</Empty>
        ) : (
          <Table
            label={t("nav.item.failedEvents")}
            rows={items}
            keyOf={written}
            onOpen={onOpen}
            columns={[
              {
                key: "event",
                head: t("failed.event"),
                cell: (row) => (
                  <button type="button" className="link-button" onClick={() => onOpen(row)}>
                    {titleOf(t, row)}
                  </button>
                ),
              },
              { key: "what", head: t("failed.group"), wide: true, cell: said },
              { key: "source", head: t("failed.source"), late: true, cell: (row) => sources.get(row.source) ?? row.source },
              { key: "events", head: t("failed.events"), number: true, cell: (row) => format.number(row.events) },
              { key: "first", head: t("failed.first"), number: true, late: true, cell: (row) => format.moment(row.first_at) },
              { key: "last", head: t("failed.last"), number: true, late: true, cell: (row) => format.moment(row.last_at) },
            ]}
          />
        )
      }
    </Answered>
  );
}

interface InGroupProps {
  readonly group: Chosen;
  readonly state: State;
  readonly chosen: string | undefined;
  readonly cursor: string | undefined;
  readonly onOpen: (id: number) => void;
  readonly onMove: (cursor: string | undefined) => void;
}

function InGroup({ group, state, chosen, cursor, onOpen, onMove }: InGroupProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  // The server's sentence is English; faults are said in the reader's language.
  const faultsOf = (row: Failed) => (row.faults.length === 0 ? row.detail : row.faults.map(({ kind, property }) => `${property} ${word("fault", kind)}`).join(t("failed.next")));
  const query = { ...group, state, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
  const failed = useQuery({
    queryKey: ["failed", "list", query],
    queryFn: ({ signal }) => valueOf(client.GET("/api/failed-events", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Answered query={failed} lines={8}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title={t("failed.empty.title")}>{t("failed.empty.about")}</Empty>
        ) : (
          <>
            <Table
              label={t("failed.list")}
              rows={items}
              keyOf={(row) => String(row.id)}
              {...(chosen === undefined ? {} : { chosen })}
              onOpen={(row) => onOpen(row.id)}
              columns={[
                {
                  key: "at",
                  head: t("failed.received"),
                  cell: (row) => (
                    <button type="button" className="link-button" onClick={() => onOpen(row.id)}>
                      {format.moment(row.received_at)}
                    </button>
                  ),
                },
                { key: "detail", head: t("failed.detail"), wide: true, cell: (row) => <span className="mute">{faultsOf(row)}</span> },
                { key: "result", head: t("failed.result"), late: true, cell: (row) => (row.result ? word("failedResult", row.result) : "–") },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={onMove} />
          </>
        )
      }
    </Answered>
  );
}

/** What can be done with a whole group. */
function Many({ group, state, count, onRule }: { group: Chosen; state: State; count: number; onRule: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const work = useMutation({
    mutationFn: (kind: "replay" | "discard" | "restore") => valueOf(client.POST("/api/failed-events/jobs", { body: { kind, which: { ids: [], ...group }, steps: [] } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["failed"] });
      tell(t("failed.asked"));
    },
  });
  if (count === 0 || (state !== "open" && state !== "discarded")) return null;
  if (state === "discarded")
    return (
      <Button variant="default" loading={work.isPending} onClick={() => work.mutate("restore")}>
        {t("failed.many.restore", { count })}
      </Button>
    );
  return (
    <div className="failed-actions">
      <Button onClick={onRule}>{t("failed.many.repair")}</Button>
      <Button variant="default" loading={work.isPending} onClick={() => work.mutate("replay")}>
        {t("failed.many.replay", { count })}
      </Button>
      <Button variant="subtle" color="gray" loading={work.isPending} onClick={() => work.mutate("discard")}>
        {t("failed.many.discard", { count })}
      </Button>
    </div>
  );
}

function useCount(group: Chosen | undefined, state: State): number {
  const groups = useQuery({
    queryKey: ["failed", "groups", state],
    queryFn: ({ signal }) => valueOf(client.GET("/api/failed-events/groups", { params: { query: { state } }, signal })),
  });
  return groups.data?.items.find((one) => group !== undefined && written(one) === written(group))?.events ?? 0;
}

/** What could not become an event: in groups, then one by one. */
export function FailedEvents() {
  const { t } = useTranslation();
  const { word } = useWords();
  const { person } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const said = useGroupWords();
  const state = STATES.find((one) => one === search.state) ?? "open";
  const group = chosenOf(search.group);
  const count = useCount(group, state);
  const mayWrite = may(person.permissions, "sources:write");
  const go = (changed: Partial<typeof search>) => void navigate({ search: { ...search, ...changed } });
  const asked = () => {
    void queries.invalidateQueries({ queryKey: ["failed"] });
    tell(t("failed.asked"));
    go({ panel: undefined });
  };
  return (
    <Page
      title={t("nav.item.failedEvents")}
      about={t("failed.about")}
      action={
        <Button component="a" variant="default" href={`/api/failed-events/export.csv${writeSearch({ ...group, state })}`} download leftSection={<Download size={16} aria-hidden />}>
          {t("failed.export")}
        </Button>
      }
    >
      <Tabs
        label={t("failed.states")}
        value={state}
        onChoose={(value) => void navigate({ search: { state: value === "open" ? undefined : value } })}
        choices={STATES.map((value) => ({ value, label: word("failedState", value) }))}
      />
      {group === undefined ? (
        <Groups state={state} onOpen={(row) => go({ group: written(row), cursor: undefined })} />
      ) : (
        <Section
          title={`${titleOf(t, group)} · ${said(group)}`}
          tools={
            <Button variant="subtle" color="gray" onClick={() => go({ group: undefined, id: undefined, cursor: undefined, panel: undefined })}>
              {t("failed.back")}
            </Button>
          }
        >
          {mayWrite && <Many group={group} state={state} count={count} onRule={() => go({ panel: "rule", id: undefined })} />}
          <InGroup group={group} state={state} chosen={search.id} cursor={search.cursor} onOpen={(id) => go({ id: String(id), panel: undefined })} onMove={(cursor) => go({ cursor })} />
        </Section>
      )}
      <Jobs mayWrite={mayWrite} />
      {search.id !== undefined && <FailedPanel key={search.id} id={search.id} mayWrite={mayWrite} onClose={() => go({ id: undefined })} />}
      {group !== undefined && search.panel === "rule" && mayWrite && <RulePanel group={group} onAsked={asked} onClose={() => go({ panel: undefined })} />}
    </Page>
  );
}
