import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Import, ImportReport } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

type Seen = ImportReport["repairs"][number];

function Result({ job, report }: { job: Import; report: ImportReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sums = (label: string, { in_file, going_in }: { in_file: number; going_in: number }) =>
    in_file === 0 ? [] : [{ label, value: format.number(going_in), note: t("imports.pointsNote", { inFile: format.number(in_file) }) }];
  return (
    <Section title={t(job.state === "done" ? "imports.resultDone" : "imports.result")}>
      <Figures
        facts={[
          { label: t("imports.rows"), value: format.number(report.rows) },
          { label: t("imports.goingIn"), value: format.number(job.outcome.to_send) },
          { label: t("imports.badRows"), value: format.number(report.bad_rows) },
          { label: t("imports.newPeople"), value: format.number(report.people.people_new) },
          { label: t("imports.knownRows"), value: format.number(report.people.rows_known) },
          { label: t("imports.joining"), value: format.number(report.people.rows_joining) },
          { label: t("imports.repeated"), value: format.number(report.repeated) },
          ...sums(t("imports.points"), report.points),
          ...sums(t("imports.coupons"), report.unused_coupons),
          ...Object.entries(report.revenue).map(([currency, total]) => ({ label: t("imports.revenue"), value: format.money(Math.round(total * 100), currency) })),
        ]}
      />
    </Section>
  );
}

function SeenTable({ label, vocabulary, head, rows }: { label: string; vocabulary: "repair" | "refused"; head: string; rows: readonly Seen[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <Table
      label={label}
      rows={rows}
      keyOf={(row) => `${row.column} ${row.what}`}
      columns={[
        { key: "column", head: t("imports.column"), cell: (row) => row.column },
        { key: "what", head, cell: (row) => word(vocabulary, row.what) },
        { key: "times", head: t("imports.times"), number: true, cell: (row) => format.number(row.times) },
        {
          key: "example",
          head: t("imports.example"),
          wide: true,
          late: true,
          cell: (row) => <span className="import-example">{row.examples[0]?.filter((part) => part !== "").join(" → ")}</span>,
        },
      ]}
    />
  );
}

function BadRows({ job, report }: { job: Import; report: ImportReport }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <Section
      title={t("imports.bad")}
      tools={
        <Button component="a" href={`/api/imports/${job.id}/bad-rows.csv`} download variant="default" leftSection={<Download size={16} aria-hidden />}>
          {t("imports.fetchBad")}
        </Button>
      }
    >
      <Table
        label={t("imports.bad")}
        rows={report.bad_lines}
        keyOf={(row) => String(row.row)}
        columns={[
          { key: "row", head: t("imports.row"), cell: (row) => format.number(row.row) },
          { key: "reason", head: t("imports.reason"), cell: (row) => word("refused", row.reason) },
          { key: "column", head: t("imports.column"), late: true, cell: (row) => row.column },
          { key: "value", head: t("imports.value"), wide: true, late: true, cell: (row) => <span className="import-example">{row.value}</span> },
        ]}
      />
    </Section>
  );
}

/** What the check of a file found: who, how many, what was put right, what cannot go in. */
export function Report({ job }: { job: Import }) {
  const { t } = useTranslation();
  const report = useQuery({
    queryKey: ["import-report", job.id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/imports/{job_id}/report", { params: { path: { job_id: job.id } }, signal })),
    staleTime: Infinity,
  });
  return (
    <Answered query={report}>
      {(found) => (
        <>
          <Result job={job} report={found} />
          <Section title={t("imports.repairs")}>
            {found.repairs.length === 0 ? (
              <p className="mute">{t("imports.noRepairs")}</p>
            ) : (
              <SeenTable label={t("imports.repairs")} vocabulary="repair" head={t("imports.repair")} rows={found.repairs} />
            )}
          </Section>
          {found.left_out.length > 0 && (
            <Section title={t("imports.leftOut")}>
              <SeenTable label={t("imports.leftOut")} vocabulary="refused" head={t("imports.reason")} rows={found.left_out} />
            </Section>
          )}
          {found.bad_lines.length > 0 && <BadRows job={job} report={found} />}
        </>
      )}
    </Answered>
  );
}
