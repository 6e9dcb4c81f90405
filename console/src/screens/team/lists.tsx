import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Table } from "../../ui/table.tsx";

function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/places", { signal })),
  });
}

/** The team and how far each sees. */
export function People() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const places = usePlaces();
  const nameOf = (key: string) => places.data?.items.find((place) => place.key === key)?.name ?? key;
  const people = useQuery({
    queryKey: ["people"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/people", { signal })),
  });
  return (
    <Answered query={people}>
      {({ items }) => (
        <Table
          label={t("team.view.people")}
          rows={items}
          keyOf={(row) => row.id}
          columns={[
            { key: "name", head: t("team.name"), cell: (row) => row.name },
            { key: "email", head: t("team.email"), late: true, cell: (row) => <span className="mute">{row.email}</span> },
            { key: "role", head: t("team.role"), cell: (row) => word("role", row.role) },
            { key: "sees", head: t("team.sees"), cell: (row) => (row.places ? format.list(row.places.map(nameOf)) : t("team.everything")) },
            { key: "seen", head: t("team.lastSeen"), number: true, late: true, cell: (row) => (row.last_seen_at ? format.moment(row.last_seen_at) : "–") },
          ]}
        />
      )}
    </Answered>
  );
}

type Place = Answer<"/api/places">["items"][number];

/** Places with those they belong to directly above them, and how deep each stands. */
export function treeOf(places: readonly Place[]): { place: Place; depth: number }[] {
  const known = new Set(places.map(({ key }) => key));
  const below = (parent: string | null, depth: number): { place: Place; depth: number }[] =>
    places
      .filter((place) => (parent === null ? place.parent === null || !known.has(place.parent) : place.parent === parent))
      .flatMap((place) => [{ place, depth }, ...below(place.key, depth + 1)]);
  return below(null, 0);
}

/** Regions and the stores in them. */
export function Places() {
  const { t } = useTranslation();
  const { word } = useWords();
  const places = usePlaces();
  return (
    <Answered query={places}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t("team.noPlaces.title")}>{t("team.noPlaces.about")}</Empty>
        ) : (
          <Table
            label={t("team.view.places")}
            rows={treeOf(items)}
            keyOf={({ place }) => place.key}
            columns={[
              { key: "name", head: t("team.name"), wide: true, cell: ({ place, depth }) => <span style={{ paddingLeft: depth * 24 }}>{place.name}</span> },
              { key: "kind", head: t("team.kind"), cell: ({ place }) => word("place", place.kind) },
              { key: "key", head: t("team.key"), cell: ({ place }) => <span className="mute">{place.key}</span> },
            ]}
          />
        )
      }
    </Answered>
  );
}

/** What other systems log in with. */
export function Keys() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const keys = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/keys", { signal })),
  });
  return (
    <Answered query={keys}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t("team.noKeys.title")}>{t("team.noKeys.about")}</Empty>
        ) : (
          <Table
            label={t("team.view.keys")}
            rows={items}
            keyOf={(row) => row.id}
            columns={[
              { key: "name", head: t("team.name"), cell: (row) => row.name },
              { key: "prefix", head: t("team.prefix"), cell: (row) => <code>{row.prefix}…</code> },
              { key: "role", head: t("team.role"), cell: (row) => word("role", row.role) },
              { key: "made", head: t("team.made"), late: true, cell: (row) => format.day(row.created_at) },
              { key: "used", head: t("team.lastUsed"), late: true, cell: (row) => (row.last_used_at ? format.moment(row.last_used_at) : "–") },
              { key: "state", head: t("team.state"), cell: (row) => (row.revoked_at ? <Tag tone="warn">{t("team.revoked")}</Tag> : <Tag tone="good">{t("team.inUse")}</Tag>) },
            ]}
          />
        )
      }
    </Answered>
  );
}
