import { ActionIcon, Button } from "@mantine/core";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Rule, ruleOf } from "./document.ts";
import { Picked, Typed, useLabel, useNamed } from "./fields.tsx";
import type { FieldProps } from "./parts.tsx";
import { numberOr } from "./values.ts";
import { Wheres } from "./wheres.tsx";

const UNITS = ["minutes", "hours", "days"] as const;
const STEP: Rule = { name: "Product Viewed" };
const LEFT: Rule = { name: "Order Completed", for: { hours: 2 } };
const WITHIN: Rule = { days: 7 };

const rulesOf = (value: unknown): Rule[] => (Array.isArray(value) ? value.map(ruleOf) : []);
const swapped = (steps: readonly Rule[], at: number): Rule[] => steps.map((step, place) => (place === at ? steps[at + 1] : place === at + 1 ? steps[at] : step) ?? step);

/** A length of time: how many, and of what. */
function Spanned({ label, value, onChange }: { label: string; value: unknown; onChange: (span: Rule) => void }) {
  const { t } = useTranslation();
  const span = ruleOf(value);
  const unit = UNITS.find((one) => span[one] !== undefined) ?? "days";
  return (
    <>
      <span className="mute">{label}</span>
      <Typed numeric label={label} value={span[unit]} read={numberOr} onChange={(count) => onChange({ [unit]: count })} />
      <Picked label={t("builder.unitOf", { of: label })} value={unit} options={UNITS.map((one) => ({ value: one, name: t(`builder.unit.${one}`) }))} onChange={(chosen) => onChange({ [chosen]: span[unit] })} />
    </>
  );
}

/** An event with its filters. */
function Happening({ rule, label, onPut }: { rule: Rule; label: string; onPut: (rule: Rule) => void }) {
  const events = useNamed("events", "");
  const put = (name: string, value: unknown) => {
    const { [name]: _gone, ...rest } = rule;
    onPut(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <>
      <Typed label={label} value={rule.name} options={events} onChange={(name) => put("name", name)} />
      <Wheres rule={{ ...rule, type: "event" }} onChange={put} />
    </>
  );
}

function Remove({ label, onPress }: { label: string; onPress: () => void }) {
  return (
    <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onPress}>
      <X size={14} aria-hidden />
    </ActionIcon>
  );
}

function More({ text, onPress }: { text: string; onPress: () => void }) {
  return (
    <Button size="compact-xs" variant="subtle" leftSection={<Plus size={12} aria-hidden />} onClick={onPress}>
      {text}
    </Button>
  );
}

function Step({ step, number, onPut }: { step: Rule; number: number; onPut: (step: Rule) => void }) {
  const { t } = useTranslation();
  const without = rulesOf(step.without);
  const put = (some: readonly Rule[]) => {
    const { without: _gone, ...rest } = step;
    onPut(some.length === 0 ? rest : { ...rest, without: some });
  };
  return (
    <>
      <Happening rule={step} label={t("builder.stepEvent", { number })} onPut={onPut} />
      {without.map((one, index) => (
        <span key={index} className="build-where">
          <span className="mute">{t("builder.without")}</span>
          <Happening rule={one} label={t("builder.withoutEvent", { number })} onPut={(next) => put(without.map((other, place) => (place === index ? next : other)))} />
          <Remove label={t("builder.removeWithout")} onPress={() => put(without.filter((_, place) => place !== index))} />
        </span>
      ))}
      {number > 1 && <More text={t("builder.addWithout")} onPress={() => put([...without, { name: "Order Completed" }])} />}
    </>
  );
}

/** Events one after the other: each step, how soon, and what has not happened since. */
export function Steps({ rule, onChange }: FieldProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const steps = rulesOf(rule.steps);
  const absent = rule.then_not === undefined ? undefined : ruleOf(rule.then_not);
  const put = (some: readonly Rule[]) => onChange("steps", some);
  return (
    <div className="build-steps">
      <ol>
        {steps.map((step, index) => (
          <li key={index}>
            <span className="build-row">
              <Step step={step} number={index + 1} onPut={(next) => put(steps.map((other, place) => (place === index ? next : other)))} />
              <span className="build-tools">
                {index > 0 && (
                  <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("builder.stepUp")} onClick={() => put(swapped(steps, index - 1))}>
                    <ArrowUp size={14} aria-hidden />
                  </ActionIcon>
                )}
                {index < steps.length - 1 && (
                  <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("builder.stepDown")} onClick={() => put(swapped(steps, index))}>
                    <ArrowDown size={14} aria-hidden />
                  </ActionIcon>
                )}
                {steps.length > 1 && <Remove label={t("builder.removeStep")} onPress={() => put(steps.filter((_, place) => place !== index))} />}
              </span>
            </span>
          </li>
        ))}
      </ol>
      <More text={t("builder.addStep")} onPress={() => put([...steps, STEP])} />
      {absent && (
        <span className="build-where">
          <span className="mute">{t("builder.thenNot")}</span>
          <Happening rule={absent} label={t("builder.thenNot")} onPut={(next) => onChange("then_not", next)} />
          <Spanned label={t("builder.forAtLeast")} value={absent.for} onChange={(span) => onChange("then_not", { ...absent, for: span })} />
          <Remove label={t("builder.removeThenNot")} onPress={() => onChange("then_not", undefined)} />
        </span>
      )}
      {rule.within !== undefined && (
        <span className="build-where">
          <Spanned label={label("within")} value={rule.within} onChange={(span) => onChange("within", span)} />
          <Remove label={t("builder.removeWithin")} onPress={() => onChange("within", undefined)} />
        </span>
      )}
      <span className="build-where">
        {!absent && <More text={t("builder.addThenNot")} onPress={() => onChange("then_not", LEFT)} />}
        {rule.within === undefined && steps.length > 1 && <More text={t("builder.addWithin")} onPress={() => onChange("within", WITHIN)} />}
      </span>
    </div>
  );
}
