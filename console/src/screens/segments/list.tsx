import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Counted } from "../../ui/fresh.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { segmentsQuery } from "../../names/names.ts";

const route = getRouteApi("/shell/segments");

/** Named rules that say who is in. */
export function Segments() {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const navigate = route.useNavigate();
  const segments = useQuery({ ...segmentsQuery, refetchInterval: 5000 });
  return (
    <Page title={t("nav.item.segments")} about={t("segments.about")}>
      <Answered query={segments}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("segments.empty.title")}>{t("segments.empty.about")}</Empty>
          ) : (
            <Table
              label={t("nav.item.segments")}
              rows={items}
              keyOf={(row) => row.key}
              onOpen={(row) => void navigate({ to: "/segments/$key", params: { key: row.key } })}
              columns={[
                {
                  key: "name",
                  head: t("segments.name"),
                  cell: (row) => (
                    <Link to="/segments/$key" params={{ key: row.key }}>
                      {said(row.name)}
                    </Link>
                  ),
                },
                { key: "about", head: t("segments.description"), wide: true, late: true, cell: (row) => <span className="mute">{said(row.description)}</span> },
                { key: "size", head: t("segments.size"), number: true, cell: (row) => format.number(row.size) },
                { key: "as_of", head: t("segments.asOf"), late: true, number: true, cell: (row) => (row.as_of ? format.moment(row.as_of) : "–") },
              ]}
            />
          )
        }
      </Answered>
      <Counted as="segments" />
    </Page>
  );
}
