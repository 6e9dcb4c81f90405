import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { journeysQuery } from "../../names/names.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

const route = getRouteApi("/shell/journeys");

/** A journey's state as a small label. */
export function StatusTag({ status }: { status: string }) {
  const { word } = useWords();
  return <Tag tone={status === "live" ? "good" : status === "paused" ? "warn" : "plain"}>{word("status", status)}</Tag>;
}

/** The published programs over steps. */
export function Journeys() {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const navigate = route.useNavigate();
  const journeys = useQuery({ ...journeysQuery, refetchInterval: 5000 });
  return (
    <Page title={t("nav.item.journeys")} about={t("journeys.about")}>
      <Answered query={journeys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("journeys.empty.title")}>{t("journeys.empty.about")}</Empty>
          ) : (
            <Table
              label={t("nav.item.journeys")}
              rows={items}
              keyOf={(row) => row.key}
              onOpen={(row) => void navigate({ to: "/journeys/$key", params: { key: row.key } })}
              columns={[
                {
                  key: "name",
                  head: t("journeys.name"),
                  wide: true,
                  cell: (row) => (
                    <Link to="/journeys/$key" params={{ key: row.key }}>
                      {said(row.name)}
                    </Link>
                  ),
                },
                { key: "status", head: t("journeys.status"), cell: (row) => <StatusTag status={row.status} /> },
                { key: "entered", head: t("journeys.entered"), number: true, cell: (row) => format.number(row.entered) },
                { key: "active", head: t("journeys.active"), number: true, cell: (row) => format.number(row.active) },
                { key: "completed", head: t("journeys.completed"), number: true, late: true, cell: (row) => format.number(row.completed) },
                { key: "exited", head: t("journeys.exited"), number: true, late: true, cell: (row) => format.number(row.exited) },
                { key: "goal", head: t("journeys.goalRate"), number: true, cell: (row) => (typeof row.goal_rate === "number" ? format.percent(row.goal_rate) : "–") },
              ]}
            />
          )
        }
      </Answered>
    </Page>
  );
}
