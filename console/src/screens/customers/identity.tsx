import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Graph } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useSourceTitle } from "../../names/sources.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { GraphPicture } from "./graph.tsx";
import { Merge, Merges } from "./merge.tsx";
import { Separate } from "./separate.tsx";
import { tiesOf } from "./ties.ts";
import { Separations } from "./separations.tsx";
import { EvidencePath, Story } from "./why.tsx";

/** Reads everything again after identifiers moved, and goes on with the customer whom this identifier belongs to now. */
export function useMoved(): (words: string, follow: string) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (words, follow) => {
    tell(words);
    await navigate({ to: "/customers/$id", params: { id: follow }, search: { view: "identity" }, replace: true });
    await queries.invalidateQueries();
  };
}

function Links({ graph }: { graph: Graph }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const sourceTitle = useSourceTitle();
  const valueOfNode = new Map(graph.nodes.map(({ iid, value }) => [iid, value]));
  return (
    <Table
      label={t("identity.links")}
      rows={tiesOf(graph.edges)}
      keyOf={({ key }) => key}
      columns={[
        {
          key: "pair",
          head: t("identity.pair"),
          wide: true,
          cell: ({ identifiers }) => <span className="ties">{identifiers.map((iid) => <span key={iid}>{valueOfNode.get(iid) ?? iid}</span>)}</span>,
        },
        { key: "kind", head: t("identity.evidence"), cell: ({ edge }) => word("edge", edge.kind) },
        { key: "source", head: t("identity.source"), late: true, cell: ({ edge }) => (edge.source ? sourceTitle(edge.source) : "–") },
        { key: "at", head: t("identity.at"), late: true, cell: ({ edge }) => format.moment(edge.at) },
        {
          key: "active",
          head: t("identity.state"),
          cell: ({ edge: { active, reason } }) =>
            active ? <Tag tone="good">{t("identity.active")}</Tag> : <Tag tone="warn">{reason ? word("edgeReason", reason) : t("identity.revoked")}</Tag>,
        },
      ]}
    />
  );
}

/** Why these identifiers are one customer; the wrong ones can be separated and brought back. */
export function Identity({ id }: { id: string }) {
  const { t } = useTranslation();
  const moved = useMoved();
  const graph = useQuery({
    queryKey: ["graph", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}/graph", { params: { path: { customer: id } }, signal })),
  });
  const undo = useMutation({
    mutationFn: (separation: string) =>
      valueOf(client.POST("/api/customers/separations/{separation}/undo", { params: { path: { separation: Number(separation) } } })),
    onSuccess: () => moved(t("identity.undone"), id),
  });
  return (
    <Answered query={graph} lines={10}>
      {(known) => (
        <>
          <Section title={t("identity.title")} note={t("identity.about")} tools={<><Merge id={id} /> <Separate id={id} nodes={known.nodes} /></>}>
            {known.edges.length === 0 ? (
              <Empty title={t("identity.alone.title")}>{t("identity.alone.about")}</Empty>
            ) : (
              <GraphPicture graph={known} />
            )}
          </Section>
          {known.edges.length > 0 && (
            <Section title={t("identity.links")}>
              <Links graph={known} />
            </Section>
          )}
          <EvidencePath id={id} nodes={known.nodes} />
          <Merges id={id} graph={known} />
          <Story id={id} />
          <Separations graph={known} busy={undo.isPending} onUndo={(separation) => undo.mutate(separation)} />
        </>
      )}
    </Answered>
  );
}
