import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ImportFile } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { Table } from "../../ui/table.tsx";
import { choicesFor } from "./meanings.ts";

type Column = ImportFile["columns"][number];
const SHOWN = 3;

interface ColumnsProps {
  readonly file: ImportFile;
  readonly columns: Readonly<Record<string, string>>;
  readonly onChange: (name: string, to: string) => void;
}

function Samples({ column }: { column: Column }) {
  return (
    <span className="import-samples">
      {column.samples.slice(0, SHOWN).map((sample) => (
        <code key={sample}>{sample}</code>
      ))}
    </span>
  );
}

/** Every column with its first values, what it means, and why that is thought. */
export function Columns({ file, columns, onChange }: ColumnsProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const nameOf = (to: string) => (hasWord("meaning", to) ? word("meaning", to) : t("imports.trait", { name: to.replace(/^[a-z]+\./, "") }));
  const whyOf = (column: Column) => {
    if (columns[column.name] !== column.to) return word("because", "person");
    const share = column.to !== "" && column.share < 1 ? ` · ${format.percent(column.share, 0)}` : "";
    return `${word("because", column.because)}${share}`;
  };
  return (
    <Table
      label={t("imports.columns")}
      rows={file.columns}
      keyOf={(row) => row.name}
      columns={[
        { key: "column", head: t("imports.column"), cell: (row) => row.name },
        { key: "values", head: t("imports.values"), wide: true, late: true, cell: (row) => <Samples column={row} /> },
        {
          key: "means",
          head: t("imports.means"),
          cell: (row) => (
            <NativeSelect
              className="import-means"
              aria-label={t("named", { of: t("imports.means"), what: row.name })}
              value={columns[row.name] ?? ""}
              onChange={(event) => onChange(row.name, event.currentTarget.value)}
              data={[
                { value: "", label: t("imports.nothing") },
                ...choicesFor(row.name, row.to).map(({ group, values }) => ({
                  group: word("meaningGroup", group),
                  items: values.map((value) => ({ value, label: nameOf(value) })),
                })),
              ]}
            />
          ),
        },
        { key: "why", head: t("imports.why"), late: true, cell: (row) => <span className="mute">{whyOf(row)}</span> },
      ]}
    />
  );
}
