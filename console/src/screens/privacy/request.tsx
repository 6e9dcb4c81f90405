import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { PrivacyRequest } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Pairs } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import { StateOf } from "./requests.tsx";
import "../team/team.css";

function Tables({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (request.tables.length === 0) return null;
  return (
    <Section title={t("privacy.found")}>
      <Table
        label={t("privacy.found")}
        rows={request.tables}
        keyOf={(row) => row.table}
        columns={[
          { key: "table", head: t("privacy.table"), wide: true, cell: (row) => <code style={{ whiteSpace: "nowrap" }}>{row.table.replace(":", " · ").replace(".", " / ")}</code> },
          { key: "rows", head: t("privacy.rows"), number: true, cell: (row) => format.number(row.rows) },
        ]}
      />
    </Section>
  );
}

function Confirm({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const again = { onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", "requests"] }), meta: { quiet: true } };
  const path = { request_id: request.id };
  const confirm = useMutation({
    ...again,
    mutationFn: () => valueOf(client.POST("/api/privacy/requests/{request_id}/confirm", { params: { path }, body: { number: Number(typed) } })),
  });
  const cancel = useMutation({
    ...again,
    mutationFn: () => valueOf(client.POST("/api/privacy/requests/{request_id}/cancel", { params: { path } })),
  });
  return (
    <div className="team-end">
      <p>{t("privacy.confirmAbout", { count: request.rows, rows: request.rows })}</p>
      <TextInput label={t("privacy.repeat", { number: request.id })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} inputMode="numeric" />
      {confirm.isError && <ProblemNote error={confirm.error} />}
      {cancel.isError && <ProblemNote error={cancel.error} />}
      <Button color="red" disabled={typed !== String(request.id)} loading={confirm.isPending} onClick={() => confirm.mutate()}>
        {t("privacy.confirm")}
      </Button>
      {request.state === "asked" && (
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t("privacy.cancel")}
        </Button>
      )}
    </div>
  );
}

/** One request: what was found where, how far it has come, and what can be done. */
export function RequestPanel({ request, onClose }: { request: PrivacyRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { person } = useSession();
  const mayWrite = may(person.permissions, "privacy:write");
  const at = (moment: string | null) => (moment ? format.moment(moment) : "–");
  const base = `/api/privacy/requests/${request.id}`;
  return (
    <Panel title={`${t(`privacy.kind.${request.kind}`)} ${request.id}`} onClose={onClose}>
      <p>
        <StateOf state={request.state} />
      </p>
      <Pairs
        facts={[
          { label: t("privacy.by"), value: request.asked_by, note: at(request.asked_at) },
          { label: t("privacy.confirmedBy"), value: request.confirmed_by ?? "–", note: request.confirmed_at && at(request.confirmed_at) },
          { label: t("privacy.doneAt"), value: at(request.done_at) },
          { label: t("privacy.reason"), value: request.reason || "–" },
        ]}
      />
      {request.error && <p role="alert">{t("privacy.failed", { error: request.error })}</p>}
      {request.kind === "export" && request.state === "done" && mayWrite && (
        <Button component="a" href={`${base}/file`} download>
          {t("privacy.fetch")}
        </Button>
      )}
      {request.has_receipt && (
        <Button component="a" href={`${base}/receipt`} download={`erasure-${request.id}.json`} variant="default">
          {t("privacy.receipt")}
        </Button>
      )}
      {request.kind === "erase" && mayWrite && (request.state === "asked" || request.state === "failed") && <Confirm request={request} />}
      <Tables request={request} />
    </Panel>
  );
}
