import { Button, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Arrival } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useSourceNames } from "../../names/sources.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag, type Tone } from "../../ui/bits.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SearchBox } from "../../ui/search.tsx";
import { Table } from "../../ui/table.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { CallPanel } from "./call.tsx";
import "./live.css";

const route = getRouteApi("/shell/live");
const LOOK_AGAIN_MS = 1500;
const PAGE = 50;
const OUTCOMES = ["all", "accepted", "repeated", "failed"] as const;
type Outcome = Arrival["outcome"];
const TONES: Readonly<Record<Outcome, Tone>> = { accepted: "good", repeated: "plain", failed: "bad" };

/** What became of a call, as a small label. */
export function OutcomeTag({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[outcome]}>{t(`live.outcome.${outcome}`)}</Tag>;
}

interface ListProps {
  readonly items: readonly Arrival[];
  readonly chosen: string | undefined;
  readonly onOpen: (id: string) => void;
}

function ArrivalTable({ items, chosen, onOpen }: ListProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const sources = useSourceNames();
  return (
    <Table
      label={t("nav.item.live")}
      rows={items}
      keyOf={(row) => `${row.id}@${row.received_at}`}
      chosen={items.find(({ id }) => id === chosen) && `${chosen}@${items.find(({ id }) => id === chosen)?.received_at}`}
      onOpen={(row) => onOpen(row.id)}
      columns={[
        { key: "at", head: t("live.at"), cell: (row) => <time dateTime={row.received_at}>{format.second(row.received_at)}</time> },
        { key: "outcome", head: t("live.what"), cell: (row) => <OutcomeTag outcome={row.outcome} /> },
        {
          key: "name",
          head: t("live.event"),
          wide: true,
          cell: (row) => (
            <>
              <button type="button" className="link-button" onClick={() => onOpen(row.id)}>
                {row.name ? word("event", row.name) : t("live.nameless")}
              </button>
              {row.flagged && (
                <>
                  {" "}
                  <Tag tone="warn">{t("live.flagged")}</Tag>
                </>
              )}
              {row.reason && <span className="live-reason">{word("failReason", row.reason)}</span>}
            </>
          ),
        },
        {
          key: "customer",
          head: t("live.customer"),
          cell: (row) =>
            row.customer ? (
              <Link to="/customers/$id" params={{ id: row.customer }}>
                {row.customer_name || row.customer}
              </Link>
            ) : (
              "–"
            ),
        },
        { key: "source", head: t("live.source"), late: true, cell: (row) => sources.get(row.source) ?? row.source },
      ]}
    />
  );
}

function Filters() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const sources = useSourceNames();
  const ask = (changed: Partial<typeof search>) => void navigate({ search: { ...search, cursor: undefined, ...changed }, replace: true });
  return (
    <Toolbar>
      <Select
        aria-label={t("live.source")}
        placeholder={t("live.everySource")}
        data={[...sources].map(([value, label]) => ({ value, label }))}
        value={search.source ?? null}
        onChange={(source) => ask({ source: source ?? undefined })}
        clearable
        w={200}
      />
      <div className="live-search">
        <SearchBox label={t("live.byName")} value={search.name ?? ""} onSearch={(name) => ask({ name: name.trim() || undefined })} />
      </div>
      <div className="live-search">
        <SearchBox label={t("live.byWho")} value={search.who ?? ""} onSearch={(who) => ask({ who: who.trim() || undefined })} />
      </div>
      <Pick
        label={t("live.what")}
        value={OUTCOMES.find((one) => one === search.outcome) ?? "all"}
        onChoose={(outcome) => ask({ outcome: outcome === "all" ? undefined : outcome })}
        choices={OUTCOMES.map((value) => ({ value, label: t(`live.outcome.${value}`) }))}
      />
    </Toolbar>
  );
}

/** Events as they arrive, and what became of each. */
export function Live() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [paused, setPaused] = useState(false);
  const { source, name, who, cursor } = search;
  const outcome = OUTCOMES.find((one): one is Outcome => one !== "all" && one === search.outcome);
  const open = (call: string | undefined) => void navigate({ search: { ...search, call } });
  const arrivals = useQuery({
    queryKey: ["arrivals", source, name, who, outcome, cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/arrivals", { params: { query: { source, name, who, outcome, cursor, limit: PAGE } }, signal })),
    refetchInterval: paused || cursor !== undefined ? false : LOOK_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  const asked = Boolean(source || name || who || outcome);
  return (
    <Page
      title={t("nav.item.live")}
      about={t("live.about")}
      action={
        <Button variant="default" leftSection={paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />} onClick={() => setPaused(!paused)}>
          {t(paused ? "live.goOn" : "live.pause")}
        </Button>
      }
    >
      <Filters />
      <Answered query={arrivals} lines={10}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={t(asked ? "live.none.title" : "live.empty.title")}>{t(asked ? "live.none.about" : "live.empty.about")}</Empty>
          ) : (
            <>
              <ArrivalTable items={items} chosen={search.call} onOpen={open} />
              <Pager cursor={cursor} next={next} onMove={(to) => void navigate({ search: { ...search, cursor: to } })} />
            </>
          )
        }
      </Answered>
      {search.call && <CallPanel key={search.call} call={search.call} onClose={() => open(undefined)} />}
    </Page>
  );
}
