import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Journey, Step } from "../../api/types.ts";
import { ChannelName } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { Figures, Pairs } from "../../ui/bits.tsx";
import { useNames } from "../../names/names.ts";
import { Panel } from "../../ui/panel.tsx";
import { definitionOf, type Fields } from "./steps.ts";
import { type StepWords, useStepWords } from "./titles.ts";

// Where a step leads is drawn; its kind is the title.
const DRAWN = new Set(["type", "next", "otherwise", "paths", "arms", "events"]);

function useShown(span: StepWords["span"]): (key: string, value: unknown) => ReactNode {
  const { word } = useWords();
  const format = useFormat();
  const names = useNames();
  const shown = (key: string, value: unknown): ReactNode => {
    if (key === "channels" && Array.isArray(value)) return value.map((channel) => <div key={String(channel)}><ChannelName channel={String(channel)} /></div>);
    if (key === "message" && typeof value === "string") return <Link to="/messages" search={{ message: value }}>{names.message(value)}</Link>;
    if (typeof value === "number") return format.number(value);
    if (typeof value === "string") return hasWord("stepValue", value) ? word("stepValue", value) : value;
    if (Array.isArray(value)) return value.map(String).join(", ");
    if (typeof value !== "object" || value === null) return String(value);
    const fields = value as Fields;
    return span(fields) || Object.entries(fields).map(([name, inner]) => (
      <div key={name}>
        {word("stepField", name)}: {shown(name, inner)}
      </div>
    ));
  };
  return shown;
}

/** What a step does and how many stand on it. */
export function StepPanel({ journey, step, onClose }: { journey: Journey; step: Step; onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const words = useStepWords(journey);
  const format = useFormat();
  const shown = useShown(words.span);
  const fields = Object.entries(definitionOf(journey, step)).filter(([key, value]) => !DRAWN.has(key) && value !== null);
  return (
    <Panel title={words.title(step) || word("step", step.type)} onClose={onClose}>
      <p className="mute">{word("stepAbout", step.type)}</p>
      <div style={{ margin: "16px 0" }}>
        <Figures
          facts={[
            { label: t("journeys.waiting"), value: format.number(step.waiting) },
            { label: t("journeys.passedLabel"), value: format.number(step.passed) },
          ]}
        />
      </div>
      {fields.length > 0 && <Pairs facts={fields.map(([key, value]) => ({ label: word("stepField", key), value: shown(key, value) }))} />}
    </Panel>
  );
}
