import { useTranslation } from "react-i18next";
import type { Journey, Step } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { sentenceOf } from "../segments/sentence.ts";
import { useSpeech } from "../segments/speech.ts";
import { definitionOf, type Fields, fieldsOf, listOf } from "./steps.ts";

/** What steps and the ways out of them are called, in the language shown. */
export interface StepWords {
  /** Empty where the kind of step says it all. */
  title(step: Pick<Step, "id" | "type" | "title">): string;
  way(step: Step, index: number): string;
  span(span: Fields): string;
}

function useSpan(): (span: Fields) => string {
  const { t } = useTranslation();
  return (span) =>
    (["days", "hours", "minutes"] as const)
      .flatMap((unit) => (typeof span[unit] === "number" && span[unit] > 0 ? [t(`span.${unit}`, { count: span[unit] })] : []))
      .join(" ");
}

/** The one path of a branch that asks only one thing. */
function onlyPath(paths: unknown): Fields | undefined {
  const [first, ...others] = listOf(paths);
  return others.length === 0 ? first : undefined;
}

/** Names the steps of a journey by what its definition says. */
export function useStepWords(journey: Journey): StepWords {
  const { t } = useTranslation();
  const { word } = useWords();
  const speech = useSpeech();
  const { names } = speech;
  const span = useSpan();
  const wait = (fields: Fields): string => {
    const until = fieldsOf(fields.until);
    return until.local_time === undefined ? span(fieldsOf(fields.for)) : t("journeys.until", { time: String(until.local_time) });
  };
  const deed = (fields: Fields): string => {
    const { type, audience, trait, event, url } = fieldsOf(fields.do);
    return `${word("stepValue", String(type ?? ""))} ${String(audience ?? trait ?? event ?? url ?? "")}`.trim();
  };
  const title = (step: Pick<Step, "id" | "type" | "title">): string => {
    const fields = definitionOf(journey, step);
    switch (step.type) {
      case "send":
        return names.message(String(fields.message ?? step.title));
      case "wait":
        return wait(fields) || step.title;
      case "wait_for":
        return listOf(fields.events).map(({ event }) => word("event", String(event))).join(" / ") || step.title;
      case "action":
        return deed(fields) || step.title;
      case "branch":
        return onlyPath(fields.paths) === undefined ? "" : sentence(onlyPath(fields.paths)?.if);
      default:
        return step.title;
    }
  };
  const sentence = (rule: unknown): string => sentenceOf(rule, speech).text;
  const way = (step: Step, index: number): string => {
    const label = step.next[index]?.label ?? "";
    if (step.type === "branch") {
      const { paths } = definitionOf(journey, step);
      const path = listOf(paths)[index];
      if (path !== undefined) return onlyPath(paths) ? word("way", "yes") : sentence(path.if);
    }
    return step.type === "wait_for" && label !== "timeout" ? word("event", label) : word("way", label);
  };
  return { title, way, span };
}
