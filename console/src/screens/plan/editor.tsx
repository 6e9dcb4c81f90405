import { ActionIcon, Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../../i18n/words.ts";
import { Pick } from "../../ui/choices.tsx";
import { Table } from "../../ui/table.tsx";
import "./plan.css";
import { type Line, linesOf, type Schema, TYPES, withAllowed, withoutProperty, withPersonal, withProperty, withRequired, withType } from "./schema.ts";

interface EditorProps {
  readonly body: Schema;
  readonly changeable: boolean;
  readonly onChange: (body: Schema) => void;
}

/** A schema as a table of its properties. */
function AsTable({ body, changeable, onChange }: EditorProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const types = (line: Line) => (TYPES.some((type) => type === line.type) || line.type === "any" ? ["any", ...TYPES] : ["any", ...TYPES, line.type]);
  return (
    <div className="schema-table">
      <Table
        label={t("plan.view.schema")}
        rows={linesOf(body)}
        keyOf={(row) => row.path.join("/")}
        columns={[
          { key: "name", head: t("plan.property"), wide: true, cell: (row) => <code style={{ paddingLeft: row.depth * 20 }}>{row.name}</code> },
          {
            key: "type",
            head: t("plan.type"),
            cell: (row) => (
              <NativeSelect
                aria-label={t("named", { of: row.name, what: t("plan.type") })}
                size="xs"
                disabled={!changeable}
                value={row.type}
                onChange={(event) => onChange(withType(body, row.path, event.currentTarget.value))}
                data={types(row).map((type) => ({ value: type, label: word("type", type) }))}
              />
            ),
          },
          { key: "required", head: t("plan.required"), cell: (row) => <Checkbox aria-label={t("named", { of: row.name, what: t("plan.required") })} disabled={!changeable} checked={row.required} onChange={(event) => onChange(withRequired(body, row.path, event.currentTarget.checked))} /> },
          { key: "allowed", head: t("plan.allowed"), cell: (row) => <Allowed key={row.allowed} line={row} changeable={changeable} onChange={(text) => onChange(withAllowed(body, row.path, text))} /> },
          { key: "personal", head: t("plan.personal"), cell: (row) => <Checkbox aria-label={t("named", { of: row.name, what: t("plan.personal") })} disabled={!changeable} checked={row.personal} onChange={(event) => onChange(withPersonal(body, row.path, event.currentTarget.checked))} /> },
          {
            key: "remove",
            head: t("plan.removeHead"),
            cell: (row) =>
              changeable && (
                <ActionIcon variant="subtle" color="gray" aria-label={t("plan.remove", { name: row.name })} onClick={() => onChange(withoutProperty(body, row.path))}>
                  <X size={16} aria-hidden />
                </ActionIcon>
              ),
          },
        ]}
      />
      {changeable && <Adding onAdd={(name) => onChange(withProperty(body, name))} />}
    </div>
  );
}

/** The allowed values; taken when the field is left, so that a comma can be typed. */
function Allowed({ line, changeable, onChange }: { line: Line; changeable: boolean; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(line.allowed);
  if (line.type === "array" || line.type === "object" || line.personal) return <span className="mute">–</span>;
  return (
    <TextInput
      size="xs"
      aria-label={t("named", { of: line.name, what: t("plan.allowed") })}
      placeholder={t("plan.allowedHint")}
      disabled={!changeable}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== line.allowed && onChange(text)}
    />
  );
}

function Adding({ onAdd }: { onAdd: (name: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  return (
    <form
      className="schema-actions"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(name.trim());
        setName("");
      }}
    >
      <TextInput label={t("plan.add")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Button type="submit" variant="default" disabled={name.trim() === ""}>
        {t("plan.addDo")}
      </Button>
    </form>
  );
}

/** A schema as JSON; taken as soon as it is valid. */
function AsJson({ body, changeable, onChange }: EditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(body, null, 2));
  const [reason, setReason] = useState<string>();
  const take = (next: string) => {
    setText(next);
    try {
      const found: unknown = JSON.parse(next);
      if (typeof found === "object" && found !== null && !Array.isArray(found)) onChange(found as Schema);
      setReason(undefined);
    } catch (error) {
      setReason(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Textarea
      className="schema-json"
      label={t("plan.json")}
      autosize
      minRows={12}
      maxRows={32}
      readOnly={!changeable}
      value={text}
      error={reason === undefined ? undefined : t("plan.badJson", { reason })}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

/** A schema to look at and to change, as a table or as JSON. */
export function Editor(props: EditorProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState<"table" | "json">("table");
  return (
    <>
      <div className="schema-actions">
        <Pick
          label={t("plan.form.label")}
          value={form}
          onChoose={setForm}
          choices={[
            { value: "table", label: t("plan.form.table") },
            { value: "json", label: t("plan.form.json") },
          ]}
        />
      </div>
      {form === "table" ? <AsTable {...props} /> : <AsJson {...props} />}
    </>
  );
}
