import { ActionIcon, Button } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useWords } from "../../../i18n/words.ts";
import { type Rule, ruleOf } from "./document.ts";
import { Picked, Typed, useLabel, useNamed, useValues } from "./fields.tsx";
import { EVERY } from "./kinds.ts";
import { eventOf, type FieldProps } from "./parts.tsx";
import { isBare, textOf, valueOf } from "./values.ts";

/** Filters by properties of an event, as many as are added. */
export function Wheres({ rule, onChange }: FieldProps) {
  const { t } = useTranslation();
  const wheres = Array.isArray(rule.where) ? rule.where.map(ruleOf) : [];
  const put = (some: readonly Rule[]) => onChange("where", some.length === 0 ? undefined : some);
  return (
    <>
      {wheres.map((where, index) => (
        <OneWhere
          key={index}
          rule={rule}
          where={where}
          onPut={(next) => put(wheres.map((other, place) => (place === index ? next : other)))}
          onRemove={() => put(wheres.filter((_, place) => place !== index))}
        />
      ))}
      <Button size="compact-xs" variant="subtle" leftSection={<Plus size={12} aria-hidden />} onClick={() => put([...wheres, { property: "category", op: "eq", value: "" }])}>
        {t("builder.where")}
      </Button>
    </>
  );
}

function OneWhere({ rule, where, onPut, onRemove }: { rule: Rule; where: Rule; onPut: (where: Rule) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const label = useLabel();
  const property = textOf(where.property);
  const names = useNamed("properties", eventOf(rule));
  const seen = useValues({ event: eventOf(rule), property }, eventOf(rule) !== "" && property !== "");
  const options = (seen.data?.values ?? []).map(({ value, count }) => ({ value, name: `${value} (${count})` }));
  const put = (name: string, value: unknown) => {
    const { value: kept, ...bare } = { ...where, [name]: value } as Rule;
    onPut(isBare(name === "op" ? value : where.op) ? bare : { ...bare, value: name === "op" ? valueOf(textOf(kept), value) : kept ?? "" });
  };
  return (
    <span className="build-where">
      <span className="mute">{t("builder.whereWord")}</span>
      <Typed label={label("property")} value={where.property} options={names} onChange={(value) => put("property", value)} />
      <Picked label={label("op")} value={textOf(where.op)} options={EVERY.map((op) => ({ value: op, name: word("op", op) }))} onChange={(value) => put("op", value)} />
      {!isBare(where.op) && <Typed label={label("value")} value={where.value} options={options} read={(text) => valueOf(text, where.op)} onChange={(value) => put("value", value)} />}
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("builder.removeWhere")} onClick={onRemove}>
        <X size={14} aria-hidden />
      </ActionIcon>
    </span>
  );
}
