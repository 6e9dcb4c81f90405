import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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
import { tell } from "../../ui/toast.tsx";
import "./builder/builder.css";
import { SizeHistory } from "./history.tsx";
import { type Sentence, sentenceOf } from "./sentence.ts";
import { useSpeech } from "./speech.ts";
import "./segment.css";
import { Why } from "./why.tsx";

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
  const speech = useSpeech();
  const { t } = speech;
  return (
    <Section title={t("segments.definition")}>
      <ul className="sentence">
        <SentenceTree sentence={sentenceOf(segment.definition, speech)} />
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

function Actions({ segment }: { segment: Segment }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const { person } = useSession();
  const navigate = route.useNavigate();
  const cache = useQueryClient();
  const path = { params: { path: { key: segment.key } } };
  const restore = useMutation({
    mutationFn: () => valueOf(client.POST("/api/segments/{key}/restore", path)),
    onSuccess: () => cache.invalidateQueries(),
  });
  const retire = useMutation({
    mutationFn: () => valueOf(client.DELETE("/api/segments/{key}", path)),
    onSuccess: async () => {
      tell(t("segmenting.retired", { name: said(segment.name) }), { label: t("builder.undo"), onPress: () => restore.mutate() });
      await navigate({ to: "/segments" });
      await cache.invalidateQueries({ queryKey: ["segments"] });
    },
  });
  if (!may(person.permissions, "segments:write")) return null;
  return (
    <div className="segment-actions">
      <Button variant="subtle" color="gray" loading={retire.isPending} onClick={() => retire.mutate()}>
        {t("segmenting.retire")}
      </Button>
      <Button variant="default" onClick={() => void navigate({ to: "/segment-builder", search: { segment: segment.key, copy: "1" } })}>
        {t("segmenting.copy")}
      </Button>
      <Button onClick={() => void navigate({ to: "/segment-builder", search: { segment: segment.key } })}>{t("segmenting.edit")}</Button>
    </div>
  );
}

function Users({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const { said, word } = useWords();
  const users = useQuery({ queryKey: ["segment-users", segment], queryFn: ({ signal }) => valueOf(client.GET("/api/segments/{key}/users", { params: { path: { key: segment } }, signal })) });
  const items = users.data?.items ?? [];
  return (
    <Section title={t("segmenting.usedBy")}>
      {items.length === 0 ? (
        <p className="mute">{t("segmenting.usedByNone")}</p>
      ) : (
        <ul className="build-words">
          {items.map((user) => (
            <li key={`${user.kind}.${user.key}`}>
              {word("userKind", user.kind)} <Link to={user.kind === "journey" ? "/journeys/$key" : "/segments/$key"} params={{ key: user.key }}>{said(user.name)}</Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
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
      action={known && <Actions segment={known} />}
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
            <p>
              <Link to="/segments/$key/persona" params={{ key }}>
                {t("segmenting.toPersona")}
              </Link>
              {" · "}
              <Link to="/segment-overlap" search={{ keys: key }}>
                {t("segmenting.toOverlap")}
              </Link>
            </p>
            <SizeHistory segment={key} />
            <div className="segment-two">
              <Why segment={found} />
              <Users segment={key} />
            </div>
            <Section title={t("segments.members")} tools={<Export segment={key} />}>
              <Members segment={key} />
            </Section>
          </>
        )}
      </Answered>
    </Page>
  );
}
