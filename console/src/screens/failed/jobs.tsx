import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import "./failed.css";

type Job = Answer<"/api/failed-events/jobs">["items"][number];
const RUNNING_MS = 1000;

function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (job.kind === "replay") return t("failed.sent", { number: format.number(job.changed) });
  const changed = t("failed.changed", { number: format.number(job.changed) });
  return job.kind === "repair" ? `${changed} · ${t("failed.passing", { number: format.number(job.passing) })}` : changed;
}

/** The work on many that was asked for last, with its progress. */
export function Jobs({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const queries = useQueryClient();
  const jobs = useQuery({
    queryKey: ["failed", "jobs"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/failed-events/jobs", { signal })),
    refetchInterval: (query) => (query.state.data?.items.some(({ state }) => state === "running") ? RUNNING_MS : false),
  });
  const cancel = useMutation({
    mutationFn: (job: number) => valueOf(client.POST("/api/failed-events/jobs/{job}/cancel", { params: { path: { job } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["failed"] });
      tell(t("failed.cancelled"));
    },
  });
  if (!jobs.data || jobs.data.items.length === 0) return null;
  return (
    <Section title={t("failed.jobs")}>
      <div className="job">
        <Table
          label={t("failed.jobs")}
          rows={jobs.data.items}
          keyOf={(row) => String(row.id)}
          columns={[
            { key: "kind", head: t("failed.op"), cell: (row) => word("failedWork", row.kind) },
            { key: "state", head: t("failed.states"), cell: (row) => word("jobState", row.state) },
            {
              key: "progress",
              head: t("failed.events"),
              cell: (row) => (
                <>
                  {row.state === "running" && <progress aria-label={word("failedWork", row.kind)} max={Math.max(row.total, 1)} value={row.done} />} {t("failed.job", { done: format.number(row.done), total: format.number(row.total) })}
                </>
              ),
            },
            { key: "outcome", head: t("failed.result"), wide: true, cell: (row) => <Outcome job={row} /> },
            { key: "at", head: t("failed.begun"), late: true, number: true, cell: (row) => format.moment(row.made_at) },
            {
              key: "cancel",
              head: t("failed.stopHead"),
              cell: (row) =>
                mayWrite &&
                row.state === "running" && (
                  <Button size="compact-sm" variant="default" onClick={() => cancel.mutate(row.id)}>
                    {t("failed.cancel")}
                  </Button>
                ),
            },
          ]}
        />
      </div>
    </Section>
  );
}
