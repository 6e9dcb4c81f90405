import { NativeSelect } from "@mantine/core";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";

const route = getRouteApi("/shell/tracking-plan");
const SHOWN = ["all", "planned", "unplanned"] as const;
export const MODES = ["observe", "warn", "block"] as const;

type Plan = Answer<"/api/tracking-plan">;
type Line = Plan["items"][number];

/** Events come in while somebody looks. */
const LOOK_AGAIN_MS = 5_000;

/** The whole plan with what came. */
export const planQuery = queryOptions({
  queryKey: ["plan"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/tracking-plan", { signal })),
  refetchInterval: LOOK_AGAIN_MS,
});

function State({ line }: { line: Line }) {
  const { t } = useTranslation();
  return (
    <>
      {line.version !== null && <Tag tone="good">{t("plan.version", { number: line.version })}</Tag>} {line.has_draft && <Tag tone="warn">{t("plan.draft")}</Tag>}
      {line.version === null && !line.has_draft && <Tag>{t("plan.unplanned")}</Tag>}
    </>
  );
}

/** The name on the wire, which the plan goes by, and in Chinese what it means. */
function PlannedName({ name }: { name: string }) {
  const { i18n } = useTranslation();
  const { word } = useWords();
  const meaning = i18n.language !== "en" && hasWord("event", name) ? word("event", name) : undefined;
  return (
    <>
      <Link to="/tracking-plan/event" search={{ name }}>
        {name}
      </Link>{" "}
      {meaning && <span className="mute small">{meaning}</span>}
    </>
  );
}

function Events({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const navigate = route.useNavigate();
  if (lines.length === 0) return <Empty title={t("plan.none.title")}>{t("plan.none.about")}</Empty>;
  const open = (name: string) => void navigate({ to: "/tracking-plan/event", search: { name } });
  return (
    <Table
      label={t("nav.item.trackingPlan")}
      rows={lines}
      keyOf={(row) => row.name}
      onOpen={(row) => open(row.name)}
      columns={[
        { key: "name", head: t("plan.event"), wide: true, cell: (row) => <PlannedName name={row.name} /> },
        { key: "state", head: t("plan.state"), cell: (row) => <State line={row} /> },
        { key: "mode", head: t("plan.mode"), late: true, cell: (row) => (row.version === null ? <span className="mute">–</span> : row.mode ? word("planMode", row.mode) : t("plan.asSource")) },
        { key: "events", head: t("plan.events30"), number: true, cell: (row) => format.number(row.events) },
        { key: "faulty", head: t("plan.faulty30"), number: true, cell: (row) => format.number(row.faulty) },
        { key: "blocked", head: t("plan.blocked30"), number: true, late: true, cell: (row) => format.number(row.blocked) },
        { key: "last", head: t("plan.last"), number: true, late: true, cell: (row) => (row.last_at ? format.moment(row.last_at) : "–") },
      ]}
    />
  );
}

function SourceMode({ source, name, mode, changeable }: { source: string; name: string; mode: (typeof MODES)[number]; changeable: boolean }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: (wanted: (typeof MODES)[number]) => valueOf(client.PUT("/api/tracking-plan/sources/{source}", { params: { path: { source } }, body: { mode: wanted } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["plan"] });
      tell(t("plan.sourceSet", { source: name }));
    },
  });
  if (!changeable) return word("planMode", mode);
  return (
    <NativeSelect
      aria-label={t("named", { of: name, what: t("plan.mode") })}
      value={mode}
      disabled={set.isPending}
      onChange={(event) => set.mutate(MODES.find((one) => one === event.currentTarget.value) ?? mode)}
      data={MODES.map((one) => ({ value: one, label: word("planMode", one) }))}
    />
  );
}

function Sources({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const { person } = useSession();
  const sources = useQuery({ queryKey: ["sources"], queryFn: ({ signal }) => valueOf(client.GET("/api/sources", { signal })) });
  const modeOf = (key: string) => plan.sources.find(({ source }) => source === key)?.mode ?? "observe";
  const changeable = may(person.permissions, "sources:write");
  return (
    <Section title={t("plan.sources")} note={t("plan.sourcesAbout")}>
      <Answered query={sources} lines={3}>
        {({ items }) => (
          <Table
            label={t("plan.sources")}
            rows={items}
            keyOf={(row) => row.key}
            columns={[
              { key: "source", head: t("plan.source"), cell: (row) => row.name },
              { key: "mode", head: t("plan.mode"), cell: (row) => <SourceMode source={row.key} name={row.name} mode={modeOf(row.key)} changeable={changeable} /> },
              { key: "about", head: t("plan.effectOf"), wide: true, late: true, cell: (row) => <span className="mute">{word("planModeAbout", modeOf(row.key))}</span> },
            ]}
          />
        )}
      </Answered>
    </Section>
  );
}

/** What each event should look like. */
export function TrackingPlan() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const plan = useQuery(planQuery);
  const show = SHOWN.find((one) => one === search.show) ?? "all";
  const fits = (line: Line) => show === "all" || (show === "planned") === (line.version !== null || line.has_draft);
  return (
    <Page title={t("nav.item.trackingPlan")} about={t("plan.about")}>
      <Toolbar>
        <Pick
          label={t("plan.show")}
          value={show}
          onChoose={(value) => void navigate({ search: { show: value === "all" ? undefined : value }, replace: true })}
          choices={SHOWN.map((value) => ({ value, label: t(`plan.shown.${value}`) }))}
        />
      </Toolbar>
      <Answered query={plan} lines={10}>
        {(found) => (
          <>
            {found.items.length === 0 ? <Empty title={t("plan.empty.title")}>{t("plan.empty.about")}</Empty> : <Events lines={found.items.filter(fits)} />}
            <Sources plan={found} />
          </>
        )}
      </Answered>
    </Page>
  );
}
