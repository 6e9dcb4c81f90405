import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Table } from "../../ui/table.tsx";

/** Regions and stores, as far as the reader sees them. */
export function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/places", { signal })),
  });
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
