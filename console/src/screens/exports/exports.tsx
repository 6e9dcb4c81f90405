import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Export } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useNames } from "../../names/names.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Page } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";
import { JobTag } from "../imports/job.tsx";
import { Ask } from "./ask.tsx";

const route = getRouteApi("/shell/exports");

/** What can be done with an export as it stands. */
function Next({ row }: { row: Export }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => valueOf(client.POST("/api/exports/{job_id}/cancel", { params: { path: { job_id: row.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["exports"] }),
  });
  if (row.state === "done")
    return (
      <Button component="a" size="compact-sm" variant="default" href={`/api/exports/${row.id}/file`} download aria-label={t("named", { of: t("exports.fetch"), what: row.file_name })} leftSection={<Download size={14} aria-hidden />}>
        {t("exports.fetch")}
      </Button>
    );
  if (row.state !== "waiting" && row.state !== "running") return null;
  return (
    <Button size="compact-sm" variant="default" loading={cancel.isPending || row.stopping} onClick={() => cancel.mutate()}>
      {t("exports.cancel")}
    </Button>
  );
}

function Past() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const names = useNames();
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const past = useQuery({
    queryKey: ["exports", cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/exports", { params: { query: { cursor } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 2000,
  });
  return (
    <Answered query={past}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title={t("exports.empty.title")}>{t("exports.empty.about")}</Empty>
        ) : (
          <>
            <Table
              label={t("nav.item.exports")}
              rows={items}
              keyOf={(row) => row.id}
              columns={[
                { key: "what", head: t("exports.what"), cell: (row) => word("exported", row.what) },
                { key: "segment", head: t("exports.segment"), late: true, cell: (row) => (row.segment ? names.segment(row.segment) : t("exports.everybody")) },
                { key: "taker", head: t("exports.taker"), late: true, cell: (row) => (row.taker ? word("taker", row.taker) : "–") },
                { key: "form", head: t("exports.form"), late: true, cell: (row) => word("fileForm", row.form) },
                { key: "rows", head: t("exports.rows"), number: true, cell: (row) => format.number(row.rows) },
                { key: "state", head: t("exports.state"), cell: (row) => <JobTag state={row.state} /> },
                { key: "at", head: t("exports.at"), number: true, late: true, cell: (row) => format.moment(row.asked_at) },
                { key: "next", head: t("exports.fetch"), cell: (row) => <Next row={row} /> },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={(to) => void navigate({ search: { cursor: to } })} />
          </>
        )
      }
    </Answered>
  );
}

/** Files that leave, and the way to ask for another. */
export function Exports() {
  const { t } = useTranslation();
  const { ask } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t("nav.item.exports")} about={t("exports.about")} action={<Button onClick={() => void navigate({ search: { ask: "new" } })}>{t("exports.ask")}</Button>}>
      <Past />
      {ask !== undefined && <Ask onClose={() => void navigate({ search: {} })} />}
    </Page>
  );
}
