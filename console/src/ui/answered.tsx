import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem.ts";
import { hasWord, useWords } from "../i18n/words.ts";
import "./answered.css";

/** The problem in the reader's language: what happened and what to do. */
export function useProblemWords(error: unknown): { title: string; remedy: string } {
  const { t } = useTranslation();
  const { word } = useWords();
  if (!(error instanceof Problem)) return { title: word("problem", "unexpected"), remedy: word("remedy", "unexpected") };
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
  const detail = error instanceof Problem ? error.detail : undefined;
  return (
    <div className="problem" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p className="problem-title">{title}</p>
        {detail && detail !== title && <p className="problem-detail" lang="en">{detail}</p>}
        <p>{remedy}</p>
        {onRetry && (
          <Button size="compact-sm" variant="default" mt={8} onClick={onRetry}>
            {t("problem.retry")}
          </Button>
        )}
      </div>
    </div>
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
