import { Button, FileInput, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import "./builder/builder.css";
import "./cycle.css";
import { listsQuery } from "./speech.ts";
import { SegmentViews } from "./views.tsx";

const route = getRouteApi("/shell/segment-lists");
const NEW = "new";
const KINDS = ["email", "phone", "loyalty_card", "user_id", "line_user_id"] as const;

/** The text of a file as spreadsheets write them: UTF-8, UTF-16, or the old Chinese encodings. */
export async function textOfFile(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  for (const encoding of ["utf-8", "big5", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one is tried; the last one reads anything that is text.
    }
  }
  return new TextDecoder("utf-8").decode(bytes);
}

function Upload({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [kind, setKind] = useState("");
  const [text, setText] = useState("");
  const upload = useMutation({
    mutationFn: () => valueOf(client.POST("/api/segment-lists", { body: { key, name, text, kind: kind || null } })),
    meta: { quiet: true },
    onSuccess: () => cache.invalidateQueries(),
  });
  const report = upload.data;
  return (
    <Panel title={t("lists.upload")} onClose={onClose}>
      <div className="list-form">
        <TextInput label={t("lists.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t("lists.key")} description={t("builder.keyAbout")} value={key} onChange={(event) => setKey(event.currentTarget.value)} />
        <NativeSelect
          label={t("lists.kind")}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
          data={[{ value: "", label: t("lists.guess") }, ...KINDS.map((one) => ({ value: one, label: word("identifier", one) }))]}
        />
        <FileInput label={t("lists.file")} placeholder={t("lists.chooseFile")} accept=".csv,.txt,text/csv,text/plain" onChange={(file) => file && void textOfFile(file).then(setText)} />
        <Textarea label={t("lists.text")} description={t("lists.textAbout")} autosize minRows={5} maxRows={12} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        {upload.error && <ProblemNote error={upload.error} />}
        <Button loading={upload.isPending} disabled={name.trim() === "" || key === "" || text.trim() === ""} onClick={() => upload.mutate()}>
          {t("lists.uploadNow")}
        </Button>
      </div>
      {report && (
        <section aria-label={t("lists.report")}>
          <h3 className="build-head">{t("lists.report")}</h3>
          <Figures
            facts={[
              { label: t("lists.size"), value: format.number(report.list.size) },
              { label: t("lists.customers"), value: format.number(report.list.customers) },
              { label: t("lists.unmatched"), value: format.number(report.unmatched) },
              { label: t("lists.repeated"), value: format.number(report.repeated) },
              { label: t("lists.unusable"), value: format.number(report.unusable) },
            ]}
          />
          {report.bad.length > 0 && <h3 className="build-head">{t("lists.unusable")}</h3>}
          <ul className="build-words">
            {report.bad.map((line) => (
              <li key={`${line.line}.${line.value}`}>{t("lists.line", { line: line.line, value: line.value })}</li>
            ))}
          </ul>
          {report.strangers.length > 0 && <h3 className="build-head">{t("lists.unmatched")}</h3>}
          <ul className="build-words">
            {report.strangers.map((line) => (
              <li key={`${line.line}.${line.value}`}>{t("lists.line", { line: line.line, value: line.value })}</li>
            ))}
          </ul>
          <Link to="/segment-builder" search={{ definition: JSON.stringify({ type: "list", id: report.list.key }) }}>
            {t("lists.toSegment")}
          </Link>
        </section>
      )}
    </Panel>
  );
}

/** Uploaded lists of identifiers, to be used in segments. */
export function ListsScreen() {
  const { t } = useTranslation();
  const format = useFormat();
  const { person } = useSession();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const lists = useQuery(listsQuery);
  const show = (what: string | undefined) => void navigate({ search: { open: what } });
  return (
    <Page title={t("lists.title")} about={t("lists.about")} action={may(person.permissions, "segments:write") && <Button onClick={() => show(NEW)}>{t("lists.upload")}</Button>}>
      <SegmentViews view="/segment-lists" />
      <Answered query={lists}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("lists.none.title")}>{t("lists.none.about")}</Empty>
          ) : (
            <Table
              label={t("lists.title")}
              rows={items}
              keyOf={(row) => row.key}
              columns={[
                { key: "name", head: t("lists.name"), cell: (row) => row.name },
                { key: "key", head: t("lists.key"), late: true, cell: (row) => <code>{row.key}</code> },
                { key: "size", head: t("lists.size"), number: true, cell: (row) => format.number(row.size) },
                { key: "customers", head: t("lists.customers"), number: true, cell: (row) => format.number(row.customers) },
                { key: "unmatched", head: t("lists.unmatched"), number: true, cell: (row) => format.number(row.size - row.matched) },
                { key: "at", head: t("lists.uploadedAt"), late: true, number: true, cell: (row) => format.moment(row.uploaded_at) },
                { key: "by", head: t("lists.by"), late: true, cell: (row) => row.uploaded_by },
              ]}
            />
          )
        }
      </Answered>
      {open === NEW && <Upload onClose={() => show(undefined)} />}
    </Page>
  );
}
