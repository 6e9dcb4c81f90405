import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem.ts";
import { enter } from "../i18n/index.ts";
import { hasWord, useWords } from "../i18n/words.ts";
import "./answered.css";

/** Whether the sentences for all that the server refuses are there; they come with the first refusal. */
function useRefusals(): boolean {
  const [known, setKnown] = useState(false);
  useEffect(() => {
    let shown = true;
    void enter("refusals").then(() => shown && setKnown(true));
    return () => {
      shown = false;
    };
  }, []);
  return known;
}

/** The problem in the reader's language: what happened and what to do. */
export function useProblemWords(error: unknown): { title: string; remedy: string } {
  const { t } = useTranslation();
  const { word } = useWords();
  useRefusals();
  if (!(error instanceof Problem)) return { title: word("problem", "unexpected"), remedy: word("remedy", "unexpected") };
  if (!hasWord("problem", error.code) && hasWord("refusal", error.code)) {
    return { title: word("refusal", error.code), remedy: error.again ? t("problem.again") : "" };
  }
  const kind = hasWord("problem", error.code) ? error.code : `http-${error.status}`;
  const known = hasWord("problem", kind);
  const title = known ? word("problem", kind) : error.title || word("problem", "unexpected");
  const remedy = hasWord("remedy", kind) ? word("remedy", kind) : t(error.again ? "problem.again" : "problem.change");
  return { title, remedy };
}

/** A refusal beside the thing it is about, with its remedy. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { title, remedy } = useProblemWords(error);
  return (
    <div className="problem" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p className="problem-title">{title}</p>
        {error instanceof Problem && <Facts of={error} />}
        {remedy && <p>{remedy}</p>}
        {onRetry && (
          <Button size="compact-sm" variant="default" mt={8} onClick={onRetry}>
            {t("problem.retry")}
          </Button>
        )}
      </div>
    </div>
  );
}

const UNSAID = new Set(["again", "message", "success", "instance"]);

/** What the refusal is about: the field, its value, what is expected there. What the server words itself is English. */
function Facts({ of }: { of: Problem }) {
  const { word } = useWords();
  const facts = Object.entries(of.facts).filter(([name, fact]) => !UNSAID.has(name) && fact !== null && fact !== "");
  if (facts.length === 0) return null;
  return (
    <ul className="problem-facts">
      {facts.map(([name, fact]) => (
        <li key={name}>
          <span>{word("fact", name)}</span>
          <span lang={name === "expected" || name === "reason" ? "en" : undefined}>{typeof fact === "object" ? JSON.stringify(fact) : String(fact)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Grey lines in the place of what is being read. */
export function Bones({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="bones" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} style={{ width: `${[92, 74, 84, 61, 79, 68][line % 6]}%` }} />
      ))}
    </div>
  );
}

/** What a screen teaches when there is nothing yet. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

interface AnsweredProps<T> {
  readonly query: UseQueryResult<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** A query as bones, as its problem, or as its value. */
export function Answered<T>({ query, lines, children }: AnsweredProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  return <Bones lines={lines} />;
}
