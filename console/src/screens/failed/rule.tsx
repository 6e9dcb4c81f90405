import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useWhat } from "../plan/event.tsx";
import "./failed.css";
import type { Chosen } from "./group.ts";

const OPS = ["convert", "set", "rename", "remove"] as const;
const CONVERSIONS = ["number", "integer", "string", "boolean", "list", "trim", "upper", "lower"] as const;

interface Step {
  readonly op: (typeof OPS)[number];
  readonly field: string;
  readonly value: string;
  readonly to: string;
  readonly only_missing: boolean;
}

const FIRST: Step = { op: "convert", field: "", value: "", to: "number", only_missing: false };

/** A value as JSON where it is JSON, else as the text it is. */
export function valueOfText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const wire = (steps: readonly Step[]) => steps.map((step) => ({ ...step, value: step.op === "set" ? valueOfText(step.value) : null, to: step.op === "rename" || step.op === "convert" ? step.to : "" }));

function StepFields({ step, number, onChange, onRemove }: { step: Step; number: number; onChange: (step: Step) => void; onRemove?: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <fieldset className="repair-step">
      <legend>{t("failed.step", { number })}</legend>
      <NativeSelect
        label={t("failed.op")}
        value={step.op}
        onChange={(event) => {
          const op = OPS.find((one) => one === event.currentTarget.value) ?? step.op;
          onChange({ ...step, op, to: op === "convert" ? "number" : "" });
        }}
        data={OPS.map((op) => ({ value: op, label: word("repairOp", op) }))}
      />
      <TextInput label={t("failed.field")} placeholder={t("failed.fieldHint")} value={step.field} onChange={(event) => onChange({ ...step, field: event.currentTarget.value })} />
      {step.op === "set" && <TextInput label={t("failed.value")} value={step.value} onChange={(event) => onChange({ ...step, value: event.currentTarget.value })} />}
      {step.op === "set" && <Checkbox label={t("failed.missingOnly")} checked={step.only_missing} onChange={(event) => onChange({ ...step, only_missing: event.currentTarget.checked })} />}
      {step.op === "rename" && <TextInput label={t("failed.newName")} value={step.to} onChange={(event) => onChange({ ...step, to: event.currentTarget.value })} />}
      {step.op === "convert" && (
        <NativeSelect label={t("failed.to")} value={step.to} onChange={(event) => onChange({ ...step, to: event.currentTarget.value })} data={CONVERSIONS.map((to) => ({ value: to, label: word("conversion", to) }))} />
      )}
      {onRemove && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onRemove}>
          {t("failed.removeStep", { number })}
        </Button>
      )}
    </fieldset>
  );
}

/** Repairs a whole group by rule: tried on a copy first, then done in the background. */
export function RulePanel({ group, onAsked, onClose }: { group: Chosen; onAsked: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const what = useWhat();
  const [steps, setSteps] = useState<readonly Step[]>([FIRST]);
  const body = { which: { ids: [], ...group }, steps: wire(steps) };
  const rehearse = useMutation({ meta: { quiet: true }, mutationFn: () => valueOf(client.POST("/api/failed-events/rehearsal", { body })) });
  const repair = useMutation({ meta: { quiet: true }, mutationFn: () => valueOf(client.POST("/api/failed-events/jobs", { body: { ...body, kind: "repair" as const } })), onSuccess: onAsked });
  const change = (next: readonly Step[]) => {
    setSteps(next);
    rehearse.reset();
  };
  const found = rehearse.data;
  const error = rehearse.error ?? repair.error;
  return (
    <Panel title={t("failed.rule")} onClose={onClose}>
      <p className="mute failed-about">{t("failed.ruleAbout")}</p>
      {steps.map((step, index) => (
        <StepFields
          key={index}
          step={step}
          number={index + 1}
          onChange={(next) => change(steps.with(index, next))}
          {...(steps.length > 1 ? { onRemove: () => change(steps.toSpliced(index, 1)) } : {})}
        />
      ))}
      <div className="failed-actions">
        <Button variant="subtle" onClick={() => change([...steps, FIRST])}>
          {t("failed.addStep")}
        </Button>
        <Button variant="default" loading={rehearse.isPending} onClick={() => rehearse.mutate()}>
          {t("failed.rehearse")}
        </Button>
        {found && found.changed > 0 && (
          <Button loading={repair.isPending} onClick={() => repair.mutate()}>
            {t("failed.repairDo", { number: format.number(found.matching) })}
          </Button>
        )}
      </div>
      {error !== null && <ProblemNote error={error} />}
      {found && (
        <div role="status">
          <p>{t("failed.rehearsed", { changed: format.number(found.changed), tried: format.number(found.tried), passing: format.number(found.passing), before: format.number(found.passing_before) })}</p>
          {Object.keys(found.left).length > 0 && <p className="mute">{t("named", { of: t("failed.left"), what: format.list(Object.entries(found.left).map(([key, events]) => t("named", { of: what(key), what: format.number(events) }))) })}</p>}
          {found.examples.slice(0, 2).map((example) => (
            <div key={example.id}>
              <p className="small mute">{t("failed.before")}</p>
              <pre className="payload" tabIndex={0}>{JSON.stringify(valueOfText(example.before), null, 2)}</pre>
              <p className="small mute">{t("failed.after")}</p>
              <pre className="payload" tabIndex={0}>{JSON.stringify(valueOfText(example.after), null, 2)}</pre>
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}
