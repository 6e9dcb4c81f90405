import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { segmentsQuery, useNames } from "../../names/names.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Chips } from "../../ui/choices.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import "./cycle.css";
import { SegmentViews } from "./views.tsx";

const route = getRouteApi("/shell/segment-overlap");
const MOST = 6;

function Regions({ keys }: { keys: readonly string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const overlap = useQuery({
    queryKey: ["overlap", keys],
    queryFn: ({ signal }) => valueOf(client.GET("/api/segment-overlap", { params: { query: { key: [...keys] } }, signal })),
  });
  return (
    <Answered query={overlap}>
      {({ regions, sizes }) => {
        const all = regions.reduce((sum, { size }) => sum + size, 0);
        return (
          <Table
            label={t("overlap.regions")}
            rows={regions}
            keyOf={(region) => region.keys.join(" ")}
            columns={[
              {
                key: "dots",
                head: keys.map((key) => names.segment(key)).join(" · "),
                cell: (region) => (
                  <span className="upset" aria-hidden>
                    {keys.map((key) => (
                      <i key={key} className={region.keys.includes(key) ? "upset-in" : undefined} />
                    ))}
                  </span>
                ),
              },
              {
                key: "in",
                head: t("overlap.who"),
                wide: true,
                cell: (region) => t(region.keys.length === keys.length ? "overlap.inAll" : "overlap.only", { what: format.list(region.keys.map((key) => names.segment(key))) }),
              },
              { key: "size", head: t("segments.size"), number: true, cell: (region) => format.number(region.size) },
              { key: "share", head: t("overlap.share"), number: true, cell: (region) => format.percent(all > 0 ? region.size / all : 0) },
              {
                key: "of",
                head: t("overlap.ofEach"),
                late: true,
                number: true,
                cell: (region) => format.list(region.keys.map((key) => format.percent((sizes[key] ?? 0) > 0 ? region.size / (sizes[key] ?? 1) : 0))),
              },
            ]}
          />
        );
      }}
    </Answered>
  );
}

/** How segments lie over each other. */
export function OverlapScreen() {
  const { t } = useTranslation();
  const { said } = useWords();
  const { keys: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const segments = useQuery(segmentsQuery);
  const keys = (asked ?? "").split(",").filter((key) => key !== "");
  return (
    <Page title={t("overlap.title")} about={t("overlap.about")}>
      <SegmentViews view="/segment-overlap" />
      <Answered query={segments}>
        {({ items }) => (
          <>
            <Chips
              label={t("overlap.choose")}
              chosen={keys}
              choices={items.map(({ key, name }) => ({ value: key, label: said(name) }))}
              onChange={(chosen) => void navigate({ search: { keys: chosen.slice(-MOST).join(",") || undefined }, replace: true })}
            />
            <Section title={t("overlap.regions")}>
              {keys.length < 2 ? <Empty title={t("overlap.two.title")}>{t("overlap.two.about")}</Empty> : <Regions keys={keys} />}
            </Section>
          </>
        )}
      </Answered>
    </Page>
  );
}
