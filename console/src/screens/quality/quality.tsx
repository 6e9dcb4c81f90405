import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Pairs, Tag, type Tone } from "../../ui/bits.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import "./quality.css";

const route = getRouteApi("/shell/data-quality");
const TONES: Readonly<Record<string, Tone>> = { quiet: "bad", low: "warn", high: "warn", usual: "good" };

type Source = Answer<"/api/data-quality">["items"][number];

function useShare() {
  const format = useFormat();
  return (part: number, whole: number) => (whole === 0 ? "–" : format.percent(part / whole));
}

function Alerts({ items }: { items: readonly Source[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const loud = items.filter(({ standing }) => standing === "quiet" || standing === "low");
  if (loud.length === 0) return null;
  return (
    <ul className="alerts">
      {loud.map((one) => (
        <li key={one.key}>
          {one.standing === "quiet"
            ? t("quality.quiet", { source: one.name, at: one.last_at ? format.moment(one.last_at) : "–", number: format.number(Math.round(one.awaited)) })
            : t("quality.low", { source: one.name })}
        </li>
      ))}
    </ul>
  );
}

function SourceTable({ items, chosen, onOpen }: { items: readonly Source[]; chosen: string | undefined; onOpen: (source: Source) => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const share = useShare();
  return (
    <Table
      label={t("nav.item.dataQuality")}
      rows={items}
      keyOf={(row) => row.key}
      {...(chosen === undefined ? {} : { chosen })}
      onOpen={onOpen}
      columns={[
        {
          key: "source",
          head: t("quality.source"),
          cell: (row) => (
            <button type="button" className="link-button" onClick={() => onOpen(row)}>
              {row.name}
            </button>
          ),
        },
        { key: "standing", head: t("quality.standing"), cell: (row) => <Tag tone={TONES[row.standing] ?? "plain"}>{word("standing", row.standing)}</Tag> },
        { key: "events", head: t("quality.events"), number: true, cell: (row) => format.number(row.events) },
        { key: "usual", head: t("quality.usual"), number: true, cell: (row) => (row.usual === null || row.usual === undefined ? "–" : format.number(Math.round(row.usual))) },
        { key: "failed", head: t("quality.failed"), number: true, cell: (row) => share(row.failed, row.events + row.failed) },
        { key: "missing", head: t("quality.missing"), number: true, late: true, cell: (row) => format.number(row.missing) },
        { key: "unplanned", head: t("quality.unplanned"), number: true, late: true, cell: (row) => share(row.unplanned, row.events) },
        { key: "resolved", head: t("quality.resolved"), number: true, late: true, cell: (row) => share(row.resolved, row.looked_at) },
        { key: "last", head: t("quality.last"), number: true, late: true, cell: (row) => (row.last_at ? format.moment(row.last_at) : "–") },
      ]}
    />
  );
}

function SourcePanel({ source, onClose }: { source: Source; onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const share = useShare();
  const of = (part: number, whole: number) => ({ value: format.number(part), note: share(part, whole) });
  const all = source.events + source.failed;
  return (
    <Panel title={source.name} onClose={onClose}>
      <Pairs
        facts={[
          { label: t("quality.standing"), value: word("standing", source.standing) },
          { label: t("quality.events"), value: format.number(source.events) },
          { label: t("quality.usual"), value: source.usual === null || source.usual === undefined ? "–" : format.number(Math.round(source.usual)) },
          { label: t("quality.failed"), ...of(source.failed, all) },
          { label: t("quality.faulty"), ...of(source.faulty, all) },
          { label: t("quality.missing"), ...of(source.missing, all) },
          { label: t("quality.unplanned"), ...of(source.unplanned, source.events) },
          { label: t("quality.repeated"), ...of(source.repeated, source.events + source.repeated) },
          { label: t("quality.clamped"), ...of(source.clamped, source.events) },
          { label: t("quality.resolved"), ...of(source.resolved, source.looked_at) },
          { label: t("quality.missingPlaces"), value: source.missing_places.length > 0 ? format.list(source.missing_places) : t("quality.none") },
          { label: t("quality.unplannedNames"), value: source.unplanned_names.length > 0 ? format.list(source.unplanned_names) : t("quality.none") },
        ]}
      />
      <p className="mute small">{t("quality.ruleAbout")}</p>
      <p className="mute small">{t("quality.known")}</p>
    </Panel>
  );
}

/** Each source beside its usual. */
export function DataQuality() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const days = search.days === "7" ? "7" : "1";
  const quality = useQuery({
    queryKey: ["quality", days],
    queryFn: ({ signal }) => valueOf(client.GET("/api/data-quality", { params: { query: { days: Number(days) } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const go = (changed: Partial<typeof search>) => void navigate({ search: { ...search, ...changed } });
  return (
    <Page title={t("nav.item.dataQuality")} about={t("quality.about")}>
      <Toolbar>
        <Pick
          label={t("quality.days")}
          value={days}
          onChoose={(value) => go({ days: value === "1" ? undefined : value })}
          choices={[
            { value: "1", label: t("quality.day") },
            { value: "7", label: t("quality.week") },
          ]}
        />
      </Toolbar>
      <Answered query={quality} lines={8}>
        {({ items, since, until }) => {
          const chosen = items.find(({ key }) => key === search.source);
          return items.length === 0 ? (
            <Empty title={t("quality.empty.title")}>{t("quality.empty.about")}</Empty>
          ) : (
            <>
              <Alerts items={items} />
              <div className="table-tight">
                <SourceTable items={items} chosen={search.source} onOpen={(source) => go({ source: source.key })} />
              </div>
              <p className="mute small" style={{ marginTop: 16 }}>{t("quality.from", { since: format.moment(since), until: format.moment(until) })}</p>
              {chosen && <SourcePanel source={chosen} onClose={() => go({ source: undefined })} />}
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
