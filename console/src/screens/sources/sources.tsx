import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Source, Volume } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { MakePanel } from "./make.tsx";
import { SourcePanel } from "./panel.tsx";

const route = getRouteApi("/shell/sources");
/** In the address, in the place of a source: a new one is being made. */
export const NEW = "new";
const LOOK_AGAIN_MS = 10_000;

/** Whether something comes, as a small label. */
export function StateTag({ source, volume }: { source: Source; volume: Volume | undefined }) {
  const { t } = useTranslation();
  if (source.paused_at) return <Tag tone="warn">{t("sources.state.paused")}</Tag>;
  if (volume === undefined) return <Tag>{t("sources.state.never")}</Tag>;
  return volume.events > 0 ? <Tag tone="good">{t("sources.state.receiving")}</Tag> : <Tag>{t("sources.state.quiet")}</Tag>;
}

interface SourceTableProps {
  readonly items: readonly Source[];
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly chosen: string | undefined;
  readonly onOpen: (key: string) => void;
}

function SourceTable({ items, volumes, chosen, onOpen }: SourceTableProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <Table
      label={t("nav.item.sources")}
      rows={items}
      keyOf={(row) => row.key}
      chosen={chosen}
      onOpen={(row) => onOpen(row.key)}
      columns={[
        {
          key: "name",
          head: t("sources.name"),
          wide: true,
          cell: (row) => (
            <button type="button" className="link-button" onClick={() => onOpen(row.key)}>
              {row.name}
            </button>
          ),
        },
        { key: "kind", head: t("sources.kind"), late: true, cell: (row) => word("sourceKind", row.kind) },
        { key: "state", head: t("sources.state.head"), cell: (row) => <StateTag source={row} volume={volumes.get(row.key)} /> },
        { key: "day", head: t("sources.day"), number: true, cell: (row) => format.number(volumes.get(row.key)?.events ?? 0) },
        {
          key: "last",
          head: t("sources.last"),
          number: true,
          late: true,
          cell: (row) => {
            const last = volumes.get(row.key)?.last_at;
            return last ? format.moment(last) : "–";
          },
        },
      ]}
    />
  );
}

/** Where events come from: how much each sends, its key, and how to send. */
export function Sources() {
  const { t } = useTranslation();
  const { person } = useSession();
  const { source: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (key: string | undefined) => void navigate({ search: { source: key } });
  const sources = useQuery({ queryKey: ["sources"], queryFn: ({ signal }) => valueOf(client.GET("/api/sources", { signal })) });
  const volume = useQuery({
    queryKey: ["sources", "volume"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/sources/volume", { signal })),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const volumes = new Map(volume.data?.items.map((one) => [one.source, one]));
  const mayWrite = may(person.permissions, "sources:write");
  return (
    <Page title={t("nav.item.sources")} about={t("sources.about")} action={mayWrite && <Button onClick={() => open(NEW)}>{t("sources.make")}</Button>}>
      <Answered query={sources}>
        {({ items }) => {
          const found = items.find(({ key }) => key === chosen);
          return (
            <>
              <SourceTable items={items} volumes={volumes} chosen={chosen} onOpen={open} />
              {chosen === NEW && mayWrite && <MakePanel onMade={open} onClose={() => open(undefined)} />}
              {found && <SourcePanel key={found.key} source={found} volume={volumes.get(found.key)} mayWrite={mayWrite} onClose={() => open(undefined)} />}
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
