import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import type { Import } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, ProblemNote } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { tell } from "../../ui/toast.tsx";
import { JobTag } from "./job.tsx";
import { Report } from "./report.tsx";
import "./imports.css";

const route = getRouteApi("/shell/imports/$id");
const UNDER_WAY = ["waiting", "running"];
const LOOK_MS = 1000;

/** The word that a person gives: bring it in, or stop. */
function Actions({ job }: { job: Import }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const params = { path: { job_id: job.id } };
  const again = () => queries.invalidateQueries({ queryKey: ["import", job.id] });
  const start = useMutation({
    mutationFn: () => valueOf(client.POST("/api/imports/{job_id}/start", { params })),
    onSuccess: async () => {
      tell(t("imports.started"));
      await again();
    },
  });
  const cancel = useMutation({ mutationFn: () => valueOf(client.POST("/api/imports/{job_id}/cancel", { params })), onSuccess: again });
  return (
    <>
      {job.state === "asking" && (
        <Button loading={start.isPending} onClick={() => start.mutate()}>
          {t("imports.start")}
        </Button>
      )}
      {(job.state === "asking" || UNDER_WAY.includes(job.state)) && (
        <Button variant="default" loading={cancel.isPending || job.stopping} onClick={() => cancel.mutate()}>
          {t("imports.cancel")}
        </Button>
      )}
    </>
  );
}

function Progress({ job }: { job: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, done, of } = job.progress;
  const words =
    job.state === "waiting"
      ? t("imports.waiting")
      : job.stage === "check"
        ? t("imports.checking", { count: rows, rows: format.number(rows) })
        : t("imports.running", { count: of, done: format.number(done), of: format.number(of) });
  return (
    <div role="status">
      <p>{words}</p>
      {job.stopping && <p className="mute">{t("imports.stopping")}</p>}
      {job.stage === "run" && of > 0 && <progress className="import-bar" aria-label={words} value={done} max={of} />}
    </div>
  );
}

function Done({ job }: { job: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Section title={t("imports.done")} note={t("imports.doneAbout")}>
      <Figures
        facts={[
          { label: t("imports.sent"), value: format.number(job.outcome.sent ?? 0) },
          { label: t("imports.newEvents"), value: format.number(job.outcome.new_events ?? 0) },
          { label: t("imports.badRows"), value: format.number(job.outcome.bad_rows) },
        ]}
      />
    </Section>
  );
}

/** Why an import stopped, as the refusal it was; behind its title the server tells what it was about. */
function refused({ code, title, detail }: NonNullable<Import["trouble"]>): Problem {
  const about = detail.startsWith(title) ? detail.slice(title.length).replace(/^ \((.*)\)$/s, "$1") : detail;
  return new Problem(0, { code, title, reason: about });
}

function Course({ job }: { job: Import }) {
  const { t } = useTranslation();
  if (UNDER_WAY.includes(job.state)) return <Progress job={job} />;
  return (
    <>
      {job.state === "done" && <Done job={job} />}
      {job.state === "cancelled" && <p>{t("imports.cancelled")}</p>}
      {job.trouble && <ProblemNote error={refused(job.trouble)} />}
    </>
  );
}

function Shown({ job }: { job: Import }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <Page
      title={job.title}
      about={`${t("named", { of: t("imports.rowIs"), what: word("rowsAre", job.rows) })} · ${t("named", { of: t("imports.source"), what: job.source })}`}
      beside={<JobTag state={job.state} />}
      before={
        <Link to="/imports" className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {t("imports.back")}
        </Link>
      }
      action={<Actions job={job} />}
    >
      <Course job={job} />
      {["asking", "done"].includes(job.state) && <Report job={job} />}
    </Page>
  );
}

/** One import: what its check found, how far it is, what it changed. */
export function ImportScreen() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const job = useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/imports/{job_id}", { params: { path: { job_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && UNDER_WAY.includes(state.data.state) ? LOOK_MS : false),
  });
  if (job.data) return <Shown job={job.data} />;
  return (
    <Page title={t("imports.title")}>
      <Answered query={job}>{() => null}</Answered>
    </Page>
  );
}
