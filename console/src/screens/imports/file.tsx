import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import type { ImportFile } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { Answered, ProblemNote } from "../../ui/answered.tsx";
import { Section } from "../../ui/page.tsx";
import { Columns } from "./columns.tsx";
import { isSourceKey, lackingIn, mappingOf, sourceKey } from "./meanings.ts";
import "./imports.css";

const route = getRouteApi("/shell/imports");
const ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "big5", "gb18030", "windows-1252"];
const ROWS = ["customer", "order", "order_line", "event", "points", "coupon"];

/** How the file is read: found out, and changed by a person where it was found out wrong. */
function Found({ file }: { file: ImportFile }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const read = (changed: object) => void navigate({ search: { ...search, ...changed } });
  const named = (of: unknown, note: string) => (of ? t("imports.noteOf", { note, of: String(of) }) : note);
  const sure = t("imports.sure", { share: format.percent(file.confidence, 0) });
  return (
    <Section title={t("imports.found")} note={`${file.name} · ${word("fileForm", file.form)}`}>
      {file.preset_title && <p>{t("imports.preset", { name: file.preset && hasWord("preset", file.preset) ? word("preset", file.preset) : file.preset_title })}</p>}
      <div className="import-fields">
        {file.encoding && (
          <NativeSelect
            label={t("imports.encoding")}
            description={search.encoding === undefined ? sure : word("because", "person")}
            value={file.encoding}
            onChange={(event) => read({ encoding: event.currentTarget.value })}
            data={ENCODINGS}
          />
        )}
        {file.delimiter && (
          <NativeSelect
            label={t("imports.delimiter")}
            value={file.delimiter}
            onChange={(event) => read({ delimiter: event.currentTarget.value })}
            data={[{ value: ",", label: "," }, { value: "\t", label: t("imports.tab") }, { value: ";", label: ";" }, { value: "|", label: "|" }]}
          />
        )}
        {file.sheets.length > 1 && (
          <NativeSelect label={t("imports.sheet")} value={file.sheet ?? ""} onChange={(event) => read({ sheet: event.currentTarget.value })} data={file.sheets} />
        )}
        {(file.encoding === null || file.delimiter) && (
          <NativeSelect
            label={t("imports.heading")}
            value={String(file.header_rows)}
            onChange={(event) => read({ header: event.currentTarget.value })}
            data={["0", "1", "2", "3"]}
          />
        )}
      </div>
      {file.notes.length > 0 && (
        <ul className="import-notes">
          {file.notes.map((note, index) => (
            <li key={index}>
              {named(note.facts.renamed ?? note.facts.name, word("fileNote", note.kind))}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Why a mapping cannot be checked yet: what no column says, in the reader's words. */
function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const lacking = error instanceof Problem && error.code === "bad-mapping" ? lackingIn(error.facts) : undefined;
  if (lacking === undefined) return <ProblemNote error={error} />;
  const names = lacking.map((meaning) => (meaning === "identifier" ? word("meaningGroup", "identifier") : word("meaning", meaning)));
  return (
    <div className="problem" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p className="problem-title">{word("problem", "bad-mapping")}</p>
        <p>{t("imports.lacking", { what: format.either(names) })}</p>
      </div>
    </div>
  );
}

function Meaning({ file }: { file: ImportFile }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const navigate = route.useNavigate();
  const [columns, setColumns] = useState(() => Object.fromEntries(file.columns.map(({ name, to }) => [name, to])));
  const [rows, setRows] = useState<string>(file.rows);
  const [order, setOrder] = useState(file.order);
  const [calendar, setCalendar] = useState(file.calendar);
  const [source, setSource] = useState(() => sourceKey(file.preset ?? file.name));
  const reading = Object.fromEntries(
    Object.entries({ encoding: file.encoding, delimiter: file.delimiter, sheet: file.sheet, title_rows: file.title_rows, header_rows: file.header_rows }).filter(
      (pair): pair is [string, string | number] => pair[1] !== null,
    ),
  );
  const check = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(
        client.POST("/api/imports", {
          body: { file: file.id, mapping: mappingOf({ rows, source, order, calendar, reading, columns }) as Record<string, never> },
        }),
      ),
    onSuccess: (job) => void navigate({ to: "/imports/$id", params: { id: job.id } }),
  });
  return (
    <>
      <Section title={t("imports.columns")}>
        <Columns file={file} columns={columns} onChange={(name, to) => setColumns({ ...columns, [name]: to })} />
        <div className="import-fields">
          <NativeSelect
            label={t("imports.rowIs")}
            value={rows}
            onChange={(event) => setRows(event.currentTarget.value)}
            data={ROWS.map((value) => ({ value, label: word("rowsAre", value) }))}
          />
          <NativeSelect
            label={t("imports.order")}
            value={order}
            error={order === "unclear" && t("imports.unclear")}
            onChange={(event) => setOrder(event.currentTarget.value)}
            data={[
              ...(order === "unclear" ? [{ value: "unclear", label: "–" }] : []),
              ...(["ymd", "dmy", "mdy"] as const).map((value) => ({ value, label: t(`imports.orders.${value}`) })),
            ]}
          />
          <NativeSelect
            label={t("imports.calendar")}
            value={calendar}
            onChange={(event) => setCalendar(event.currentTarget.value)}
            data={(["gregorian", "roc"] as const).map((value) => ({ value, label: t(`imports.calendars.${value}`) }))}
          />
          <TextInput label={t("imports.from")} description={t("imports.fromAbout")} value={source} error={!isSourceKey(source) && t("imports.fromWrong")} onChange={(event) => setSource(event.currentTarget.value)} />
        </div>
      </Section>
      {check.error !== null && (
        <div className="import-refused">
          <Refused error={check.error} />
        </div>
      )}
      <div className="import-actions">
        <Button loading={check.isPending} disabled={order === "unclear" || !isSourceKey(source)} onClick={() => check.mutate()}>
          {t("imports.check")}
        </Button>
        <span className="mute">{t("imports.checkAbout")}</span>
      </div>
    </>
  );
}

/** What a file is and what its columns mean, before anything is checked. */
export function FileStep({ id }: { id: string }) {
  const { encoding, delimiter, sheet, header } = route.useSearch();
  const query = { encoding, delimiter, sheet, header_rows: header === undefined ? undefined : Number(header) };
  const file = useQuery({
    queryKey: ["import-file", id, query],
    queryFn: ({ signal }) => valueOf(client.GET("/api/imports/files/{file_id}", { params: { path: { file_id: id }, query }, signal })),
    staleTime: Infinity,
  });
  return (
    <Answered query={file} lines={10}>
      {(found) => (
        <>
          <Found file={found} />
          <Meaning key={`${encoding}${delimiter}${sheet}${header}`} file={found} />
        </>
      )}
    </Answered>
  );
}
