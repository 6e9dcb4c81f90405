import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Journey, Report } from "../../api/types.ts";
import { Interval } from "../../charts/interval.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Figures, Tag, type Tone } from "../../ui/bits.tsx";
import { Counted } from "../../ui/fresh.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { outlineOf } from "./steps.ts";
import { useStepWords } from "./titles.ts";

const TONES: Readonly<Record<string, Tone>> = { yes: "good", no: "plain", cannot_say_yet: "warn" };

function Verdict({ lift }: { lift: Report["lift"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <div className="verdict">
      <Tag tone={TONES[lift.verdict] ?? "plain"}>{word("lift", lift.verdict)}</Tag>
      <p>
        {word("liftAbout", lift.verdict)}
        {typeof lift.needs_more === "number" && lift.needs_more > 0 && ` ${t("report.needsMore", { count: lift.needs_more, number: format.number(lift.needs_more) })}`}
      </p>
    </div>
  );
}

// Smaller ones would be read as more exact than they are.
const LEAST_P = 0.001;
const chance = (p: number) => (p < LEAST_P ? `< ${LEAST_P}` : p.toFixed(3));

function LiftFigures({ lift }: { lift: Report["lift"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const range = (low: number | null, high: number | null, say: (value: number) => string) =>
    low === null && high === null
      ? undefined
      : t("report.range", { low: low === null ? t("report.open") : say(low), high: high === null ? t("report.open") : say(high) });
  return (
    <Figures
      facts={[
        {
          label: t("report.difference"),
          value: t("report.points", { value: format.points(lift.difference) }),
          note: range(lift.difference_low, lift.difference_high, format.points),
        },
        {
          label: t("report.relative"),
          value: lift.relative === null ? "–" : format.percent(lift.relative),
          note: range(lift.low, lift.high, format.percent),
        },
        { label: t("report.p"), value: lift.p_value === null ? "–" : chance(lift.p_value), note: t("report.pAbout") },
      ]}
    />
  );
}

function Arms({ arms }: { arms: Report["arms"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const rows = (["treated", "holdout"] as const).flatMap((key) => (arms[key] ? [{ key, ...arms[key] }] : []));
  return (
    <Table
      label={t("report.arms")}
      rows={rows}
      keyOf={(row) => row.key}
      columns={[
        { key: "arm", head: t("report.arm"), wide: true, cell: (row) => word("arm", row.key) },
        { key: "n", head: t("report.customers"), number: true, cell: (row) => format.number(row.n) },
        { key: "goals", head: t("report.goals"), number: true, cell: (row) => format.number(row.goals) },
        { key: "rate", head: t("report.rate"), number: true, cell: (row) => (typeof row.rate === "number" ? format.percent(row.rate, 2) : "–") },
      ]}
    />
  );
}

/** The steps in the order in which the outline walks them. */
function inOrder(journey: Journey, steps: Report["steps"]): Report["steps"] {
  const order = new Map(outlineOf(journey).filter(({ again }) => !again).map(({ step }, index) => [step.id, index]));
  return steps.toSorted((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
}

function StepTable({ journey, steps }: { journey: Journey; steps: Report["steps"] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const words = useStepWords(journey);
  const format = useFormat();
  return (
    <Table
      label={t("report.steps")}
      rows={inOrder(journey, steps)}
      keyOf={(row) => row.id}
      columns={[
        { key: "type", head: t("report.kind"), cell: (row) => <span className="mute">{word("step", row.type)}</span> },
        { key: "title", head: t("report.step"), wide: true, cell: (row) => words.title(row) },
        { key: "waiting", head: t("journeys.waiting"), number: true, cell: (row) => format.number(row.waiting) },
        { key: "passed", head: t("journeys.passedLabel"), number: true, cell: (row) => format.number(row.passed) },
      ]}
    />
  );
}

/** What the journey brought, against those who were held out. */
export function JourneyReport({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const format = useFormat();
  const report = useQuery({
    queryKey: ["report", journey.key],
    queryFn: ({ signal }) => valueOf(client.GET("/api/journeys/{key}/report", { params: { path: { key: journey.key } }, signal })),
    refetchInterval: 10_000,
  });
  return (
    <Answered query={report} lines={10}>
      {({ arms, lift, steps, freshness_at }) => (
        <>
          <Section title={t("report.lift")} note={t("report.liftAbout")}>
            <Verdict lift={lift} />
            <LiftFigures lift={lift} />
            {typeof lift.relative === "number" && (
              <div style={{ marginTop: 24 }}>
                <Interval label={t("report.interval")} low={lift.low} high={lift.high} middle={lift.relative} tick={(value) => format.percent(value)} />
              </div>
            )}
          </Section>
          <Section title={t("report.arms")}>
            <Arms arms={arms} />
          </Section>
          <Section title={t("report.steps")}>
            <StepTable journey={journey} steps={steps} />
          </Section>
          <Counted as="journey" at={freshness_at} />
        </>
      )}
    </Answered>
  );
}
