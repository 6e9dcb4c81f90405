import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import type { Segment } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Figures, Fresh } from "../../ui/bits.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";
import { SizeHistory } from "./history.tsx";
import { segmentsQuery } from "../../names/names.ts";
import { type Sentence, sentenceOf } from "./sentence.ts";
import "./segment.css";

const route = getRouteApi("/shell/segments/$key");
const PAGE = 50;

function SentenceTree({ sentence }: { sentence: Sentence }) {
  return (
    <li>
      {sentence.text}
      {sentence.parts.length > 0 && (
        <ul>
          {sentence.parts.map((part, index) => (
            <SentenceTree key={index} sentence={part} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Definition({ segment }: { segment: Segment }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const segments = useQuery(segmentsQuery);
  const nameOf = (key: string) => said(segments.data?.items.find((other) => other.key === key)?.name ?? key);
  return (
    <Section title={t("segments.definition")}>
      <ul className="sentence">
        <SentenceTree sentence={sentenceOf(segment.definition, { t, format, nameOf })} />
      </ul>
    </Section>
  );
}

function Members({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const members = useQuery({
    queryKey: ["members", segment, cursor],
    queryFn: ({ signal }) =>
      valueOf(
        client.GET("/api/segments/{key}/members", {
          params: { path: { key: segment }, query: { cursor, limit: PAGE } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Answered query={members} lines={8}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title={t("segments.nobody.title")}>{t("segments.nobody.about")}</Empty>
        ) : (
          <>
            <Table
              label={t("segments.members")}
              rows={items}
              keyOf={(row) => row.id}
              onOpen={(row) => void navigate({ to: "/customers/$id", params: { id: row.id } })}
              columns={[
                {
                  key: "name",
                  head: t("customers.name"),
                  cell: (row) => (
                    <Link to="/customers/$id" params={{ id: row.id }}>
                      {row.name}
                    </Link>
                  ),
                },
                { key: "cause", head: t("segments.cause"), cell: (row) => (row.cause ? word("cause", row.cause) : "–") },
                { key: "since", head: t("segments.since"), number: true, cell: (row) => (row.since ? format.moment(row.since) : "–") },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={(to) => void navigate({ search: (now) => ({ ...now, cursor: to }) })} />
          </>
        )
      }
    </Answered>
  );
}

function Export({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const { person } = useSession();
  if (!may(person.permissions, "customers:export")) return null;
  return (
    <Button component="a" variant="default" href={`/api/segments/${encodeURIComponent(segment)}/export.csv`} download leftSection={<Download size={16} aria-hidden />}>
      {t("segments.export")}
    </Button>
  );
}

/** One segment: its rule in words, its size over time, who is in. */
export function SegmentScreen() {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  const { key } = route.useParams();
  const segment = useQuery({
    queryKey: ["segment", key],
    queryFn: ({ signal }) => valueOf(client.GET("/api/segments/{key}", { params: { path: { key } }, signal })),
    refetchInterval: 5000,
  });
  const known = segment.data;
  return (
    <Page
      title={said(known?.name) || t("segments.title")}
      about={said(known?.description)}
      before={
        <Link to="/segments" className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {t("nav.item.segments")}
        </Link>
      }
    >
      <Answered query={segment} lines={10}>
        {(found) => (
          <>
            <div className="segment-top">
              <Figures facts={[{ label: t("segments.size"), value: format.number(found.size), note: <Fresh at={found.as_of} /> }]} />
              <Definition segment={found} />
            </div>
            <SizeHistory segment={key} />
            <Section title={t("segments.members")} tools={<Export segment={key} />}>
              <Members segment={key} />
            </Section>
          </>
        )}
      </Answered>
    </Page>
  );
}
