import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { History } from "../../api/types.ts";
import { LineChart } from "../../charts/line.tsx";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

const route = getRouteApi("/shell/segments/$key");

function HistoryTable({ points }: { points: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table
      label={t("segments.history")}
      rows={points.toReversed()}
      keyOf={(point) => point.at}
      columns={[
        { key: "at", head: t("segments.day"), cell: (point) => format.day(point.at) },
        { key: "size", head: t("segments.size"), number: true, cell: (point) => format.number(point.size) },
        { key: "entered", head: t("segments.entered"), number: true, cell: (point) => format.number(point.entered) },
        { key: "left", head: t("segments.left"), number: true, cell: (point) => format.number(point.left) },
      ]}
    />
  );
}

function HistoryChart({ points }: { points: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <LineChart
      label={t("segments.historyOf", { count: points.length })}
      tick={format.short}
      points={points.map(({ at, size }) => ({
        name: format.date(format.dayKey(at)),
        value: size,
        note: t("named", { of: format.day(at), what: format.number(size) }),
      }))}
    />
  );
}

/** How many were in, day by day, as a chart and as a table. */
export function SizeHistory({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const { as } = route.useSearch();
  const navigate = route.useNavigate();
  const view = as === "table" ? "table" : "chart";
  const history = useQuery({
    queryKey: ["history", segment],
    queryFn: ({ signal }) => valueOf(client.GET("/api/segments/{key}/history", { params: { path: { key: segment } }, signal })),
  });
  return (
    <Section
      title={t("segments.history")}
      tools={
        <Pick
          label={t("showAs.label")}
          value={view}
          onChoose={(chosen) => void navigate({ search: (now) => ({ ...now, as: chosen === "chart" ? undefined : chosen }), replace: true })}
          choices={[
            { value: "chart", label: t("showAs.chart") },
            { value: "table", label: t("showAs.table") },
          ]}
        />
      }
    >
      <Answered query={history}>
        {({ points }) =>
          points.length === 0 ? (
            <Empty title={t("segments.noHistory.title")}>{t("segments.noHistory.about")}</Empty>
          ) : view === "chart" ? (
            <HistoryChart points={points} />
          ) : (
            <HistoryTable points={points} />
          )
        }
      </Answered>
    </Section>
  );
}
