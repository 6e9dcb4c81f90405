import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Overview } from "../../api/types.ts";
import { useBrandNow } from "../../app/clock.tsx";
import { writeSearch } from "../../app/search.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Counted } from "../../ui/fresh.tsx";
import { Page } from "../../ui/page.tsx";
import { Daily } from "./daily.tsx";
import { Filters } from "./filters.tsx";

const route = getRouteApi("/shell/overview");
const DAYS_SHOWN = 30;
const DAY_MS = 86_400_000;

/** The last thirty days of the brand, today included. */
export function lastDays(today: string): { from: string; to: string } {
  const first = new Date(Date.parse(`${today}T00:00:00Z`) - (DAYS_SHOWN - 1) * DAY_MS);
  return { from: first.toISOString().slice(0, 10), to: today };
}

function Totals({ overview: { totals, previous, currency } }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const before = (value: string) => t("overview.before", { value });
  const count = (key: "orders" | "customers" | "messages" | "opt_outs") => ({
    label: t(`overview.figure.${key}`),
    value: format.number(totals[key]),
    note: before(format.number(previous[key])),
  });
  return (
    <Figures
      facts={[
        {
          label: t("overview.figure.sales"),
          value: format.money(totals.sales_minor, currency),
          note: before(format.money(previous.sales_minor, currency)),
        },
        count("orders"),
        count("customers"),
        count("messages"),
        count("opt_outs"),
      ]}
    />
  );
}

/** Sales, customers, orders, messages and opt-outs, by day and channel. */
export function OverviewScreen() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useBrandNow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const shown = lastDays(format.dayKey(now));
  const asked = {
    from: search.from ?? shown.from,
    to: search.to ?? shown.to,
    source: search.source,
    channel: search.channel,
  };
  const overview = useQuery({
    queryKey: ["overview", asked],
    queryFn: ({ signal }) => valueOf(client.GET("/api/reports/overview", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  return (
    <Page
      title={t("nav.item.overview")}
      about={t("overview.about")}
      action={
        <Button component="a" variant="default" href={`/api/reports/overview.csv${writeSearch(asked)}`} download leftSection={<Download size={16} aria-hidden />}>
          {t("overview.export")}
        </Button>
      }
    >
      <Filters asked={asked} onChange={(changed) => void navigate({ search: { ...search, ...changed }, replace: true })} />
      <Answered query={overview} lines={10}>
        {(found) => (
          <>
            <Totals overview={found} />
            <Daily overview={found} />
            <Counted as="overview" at={found.freshness_at} />
          </>
        )}
      </Answered>
    </Page>
  );
}
