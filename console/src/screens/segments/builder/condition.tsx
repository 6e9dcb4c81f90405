import { useTranslation } from "react-i18next";
import { useWords } from "../../../i18n/words.ts";
import { Chips } from "../../../ui/choices.tsx";
import { type Rule, ruleOf } from "./document.ts";
import { Picked, Typed, useLabel, useNamed, useValues } from "./fields.tsx";
import { type Field, isAsked, KINDS, opsFor } from "./kinds.ts";
import { type Change, eventOf, type FieldProps, Placed, placed } from "./parts.tsx";
import { Steps } from "./sequence.tsx";
import { isBare, numberOr, textOf, valueOf } from "./values.ts";
import { Wheres } from "./wheres.tsx";


function Suggested({ rule, name, from, onChange }: FieldProps & { name: string; from: string }) {
  const label = useLabel();
  const options = useNamed(from, eventOf(rule));
  const optional = from === "journeys" || from === "messages";
  const { t } = useTranslation();
  // What has a name is chosen by it; what comes on the wire is typed as it comes.
  if (optional || name === "id") {
    const kept = textOf(rule[name]);
    const blank = optional || kept === "" ? [{ value: "", name: optional ? t("builder.any") : "–" }] : [];
    return <Picked label={label(name === "id" ? from : name)} value={kept} options={[...blank, ...options]} onChange={(value) => onChange(name, optional && value === "" ? undefined : value)} />;
  }
  return <Typed label={label(name)} value={rule[name]} options={options} onChange={(value) => onChange(name, value)} />;
}

function Valued({ rule, name, onChange }: FieldProps & { name: string }) {
  const label = useLabel();
  const trait = rule.type === "trait" ? textOf(rule.key) : "";
  const event = rule.type === "event" && rule.agg !== "count" ? textOf(rule.name) : "";
  const seen = useValues(trait ? { trait } : { event, property: textOf(rule.property) }, trait !== "" || (event !== "" && textOf(rule.property) !== ""));
  const options = (seen.data?.values ?? []).map(({ value, count }) => ({ value, name: `${value} (${count})` }));
  return <Typed label={label(name)} value={rule[name]} options={options} read={(text) => (name === "value" ? valueOf(text, rule.op) : text)} onChange={(value) => onChange(name, value)} />;
}

function Fifths({ rule, onChange }: FieldProps) {
  const { word } = useWords();
  return (["r", "f", "m"] as const).map((letter) => (
    <span key={letter} className="build-fifths">
      <span>{word("rfm", letter)}</span>
      <Chips
        label={word("rfm", letter)}
        chosen={(Array.isArray(rule[letter]) ? rule[letter] : []).map(String)}
        choices={["5", "4", "3", "2", "1"].map((fifth) => ({ value: fifth, label: fifth }))}
        onChange={(chosen) => onChange(letter, chosen.length === 0 ? undefined : chosen.map(Number).sort())}
      />
    </span>
  ));
}

const WINDOWS = ["ever", "days", "hours", "calendar", "between"] as const;
const startOf: Record<(typeof WINDOWS)[number], unknown> = {
  ever: undefined,
  days: { kind: "rolling", days: 30 },
  hours: { kind: "rolling", hours: 24 },
  calendar: { kind: "calendar", days: 7 },
  between: { kind: "between", from: "2017-01-01", to: "2017-12-31" },
};

function windowKind(window: Rule): (typeof WINDOWS)[number] {
  if (window.kind === "calendar" || window.kind === "between") return window.kind;
  if (window.kind === "rolling") return window.hours === undefined ? "days" : "hours";
  return "ever";
}

function Windowed({ rule, onChange }: FieldProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const window = ruleOf(rule.window);
  const kind = windowKind(window);
  const put = (name: string, value: unknown) => onChange("window", { ...window, [name]: value });
  return (
    <span className="build-where">
      <Picked
        label={label("window")}
        value={kind}
        options={WINDOWS.map((one) => ({ value: one, name: t(`builder.window.${one}`) }))}
        onChange={(chosen) => onChange("window", startOf[chosen as "days"])}
      />
      {kind === "hours" && <Typed numeric label={t("builder.window.hoursCount")} value={window.hours} read={numberOr} onChange={(value) => put("hours", value)} />}
      {(kind === "days" || kind === "calendar") && <Typed numeric label={t("builder.window.daysCount")} value={window.days} read={numberOr} onChange={(value) => put("days", value)} />}
      {kind === "between" && (
        <>
          <Typed label={t("builder.window.from")} value={window.from} onChange={(value) => put("from", value)} />
          <Typed label={t("builder.window.to")} value={window.to} onChange={(value) => put("to", value)} />
        </>
      )}
    </span>
  );
}

function OneField({ field, rule, onChange }: FieldProps & { field: Field }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const label = useLabel();
  switch (field.kind) {
    case "pick": {
      const from = field.name === "op" ? opsFor(rule, field.from) : field.from;
      const blank = field.blank ? [{ value: "", name: t("builder.any") }] : [];
      const initial = { agg: "count", op: "gte", state: "granted", by: "seen" }[field.name] ?? "";
      return <Picked label={label(field.name)} value={textOf(rule[field.name] ?? initial)} options={[...blank, ...from.map((one) => ({ value: one, name: word(field.words, one) }))]} onChange={(value) => onChange(field.name, value === "" ? undefined : value)} />;
    }
    case "suggest":
      return <Suggested rule={rule} name={field.name} from={field.from} onChange={onChange} />;
    case "value":
      return <Valued rule={rule} name={field.name} onChange={onChange} />;
    case "number":
      return <Typed numeric label={label(field.name)} value={rule[field.name] ?? (rule.type === "message" ? 1 : undefined)} read={numberOr} onChange={(value) => onChange(field.name, value)} />;
    case "texts":
      return <Typed label={label(field.name)} value={rule[field.name]} read={(text) => valueOf(text, "in")} onChange={(value) => onChange(field.name, Array.isArray(value) && value.length === 0 ? undefined : value)} />;
    case "several":
      return <Chips label={label(field.name)} chosen={Array.isArray(rule[field.name]) ? (rule[field.name] as string[]) : []} choices={field.from.map((one) => ({ value: one, label: word(field.words, one) }))} onChange={(chosen) => onChange(field.name, chosen)} />;
    case "fifths":
      return <Fifths rule={rule} onChange={onChange} />;
    case "steps":
      return <Steps rule={rule} onChange={onChange} />;
    case "store":
      return <Placed rule={rule} onChange={onChange} />;
    case "where":
      return <Wheres rule={rule} onChange={onChange} />;
    default:
      return <Windowed rule={rule} onChange={onChange} />;
  }
}

/** What follows from a change of one field for the others: a count has no property, "is known" no value. */
export function followed(rule: Rule, name: string, value: unknown): Rule {
  if (name === "store") return placed(rule, value);
  const next: Record<string, unknown> = { ...rule, [name]: value };
  if (value === undefined) delete next[name];
  if (name === "agg" && (value === "count" || value === undefined)) {
    delete next.agg;
    delete next.property;
    if (typeof next.value !== "number") next.value = 1;
    if (!opsFor(next, []).includes(String(next.op))) next.op = "gte";
  } else if (name === "agg" && next.property === undefined) next.property = "revenue";
  if (name === "op" && isBare(value)) delete next.value;
  else if (name === "op" && rule.type !== "recency" && rule.type !== "since") next.value = valueOf(textOf(next.value), value);
  return next;
}

/** One condition as a row of fields. */
export function ConditionFields({ rule, onPut }: { rule: Rule; onPut: (rule: Rule, field: string) => void }) {
  const kind = KINDS[textOf(rule.type)];
  const change: Change = (name, value) => onPut(followed(rule, name, value), name);
  return (
    <>
      {kind?.fields.filter((field) => isAsked(rule, field)).map((field, index) => (
        <OneField key={`${textOf(rule.type)}.${index}`} field={field} rule={rule} onChange={change} />
      ))}
    </>
  );
}
