import { useTranslation } from "react-i18next";
import type { Journey } from "../../api/types.ts";
import { ChannelIcons } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { stepIcon } from "./looks.ts";
import { channelsOf, outlineOf } from "./steps.ts";
import { useStepWords } from "./titles.ts";
import "./outline.css";

interface OutlineProps {
  readonly journey: Journey;
  readonly chosen: string | undefined;
  readonly onChoose: (step: string) => void;
}

/** The journey as a list, for the keyboard, for phones and for screen readers. */
export function Outline({ journey, chosen, onChoose }: OutlineProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const words = useStepWords(journey);
  const format = useFormat();
  return (
    <ol className="outline">
      {outlineOf(journey).map(({ step, depth, by, again }, index) => {
        const Icon = stepIcon(step.type);
        return (
          <li key={`${index} ${step.id}`} style={{ paddingLeft: depth * 24 }}>
            {by && <span className="outline-by">{words.way(by.step, by.way)}</span>}
            <button type="button" aria-pressed={chosen === step.id} onClick={() => onChoose(step.id)}>
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              <span className="outline-type">{word("step", step.type)}</span>
              <span className="outline-title">{again ? t("journeys.again", { step: words.title(step) || word("step", step.type) }) : words.title(step)}</span>
              <ChannelIcons channels={channelsOf(journey, step)} />
              <span className="outline-counts">
                {t("journeys.waitingHere", { number: format.number(step.waiting) })}
                {" · "}
                {t("journeys.passed", { number: format.number(step.passed) })}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
