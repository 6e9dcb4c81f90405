import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Counted } from "../../ui/fresh.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { segmentsQuery } from "../../names/names.ts";
import { SegmentViews } from "./views.tsx";

const route = getRouteApi("/shell/segments");

function Drafts() {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const drafts = useQuery({ queryKey: ["segment-drafts"], queryFn: ({ signal }) => valueOf(client.GET("/api/segment-drafts", { signal })) });
  const items = drafts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t("segmenting.drafts")}>
      <Table
        label={t("segmenting.drafts")}
        rows={items}
        keyOf={(row) => row.key}
        columns={[
          {
            key: "name",
            head: t("segments.name"),
            wide: true,
            cell: (row) => (
              <Link to="/segment-builder" search={{ segment: row.key }}>
                {said(row.name) || row.key}
              </Link>
            ),
          },
          { key: "by", head: t("segmenting.savedBy"), cell: (row) => row.saved_by },
          { key: "at", head: t("segmenting.savedAt"), number: true, cell: (row) => format.moment(row.saved_at) },
        ]}
      />
    </Section>
  );
}

/** Named rules that say who is in. */
export function Segments() {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const navigate = route.useNavigate();
  const { person } = useSession();
  const segments = useQuery({ ...segmentsQuery, refetchInterval: 5000 });
  return (
    <Page title={t("nav.item.segments")} about={t("segments.about")} action={may(person.permissions, "segments:write") && <Button onClick={() => void navigate({ to: "/segment-builder" })}>{t("segmenting.make")}</Button>}>
      <SegmentViews view="/segments" />
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
      <Drafts />
    </Page>
  );
}
