import { Button } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Moment } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useProductNames } from "../../names/names.ts";
import { Bones, Empty, ProblemNote } from "../../ui/answered.tsx";
import { Chips } from "../../ui/choices.tsx";
import { MomentRow, nameless } from "./moment.tsx";
import "./timeline.css";

const KINDS = ["event", "decision", "delivery", "transition", "flip"] as const;
const PAGE = 100;
const MOST_NAMED = 200;

interface TimelineProps {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly onKinds: (kinds: string[]) => void;
}

function useMoments(id: string, kinds: readonly string[]) {
  const kept = kinds.join(",") || undefined;
  return useInfiniteQuery({
    queryKey: ["timeline", id, kept],
    queryFn: ({ pageParam, signal }) =>
      valueOf(
        client.GET("/api/customers/{customer}/timeline", {
          params: { path: { customer: id }, query: { cursor: pageParam, limit: PAGE, kinds: kept } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 5000,
  });
}

/** Reads her page again when something new happened; each look at it is noted in the audit trail, so not by the clock. */
function useFollowed(id: string, newest: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (newest !== undefined) void queries.invalidateQueries({ queryKey: ["customer", id] });
  }, [id, newest, queries]);
}

/** Moments under the day they fall on in the brand's zone, newest first. */
export function byDay(moments: readonly Moment[], dayKey: (at: string) => string): [string, Moment[]][] {
  const days = new Map<string, Moment[]>();
  for (const moment of moments) {
    const key = dayKey(moment.at);
    const day = days.get(key);
    if (day) day.push(moment);
    else days.set(key, [moment]);
  }
  return [...days];
}

function Days({ moments }: { moments: readonly Moment[] }) {
  const format = useFormat();
  const productName = useProductNames(moments.flatMap(nameless).slice(0, MOST_NAMED));
  return (
    <ol className="days">
      {byDay(moments, format.dayKey).map(([day, ofDay]) => (
        <li key={day}>
          <h3>{format.weekday(ofDay[0]?.at ?? day)}</h3>
          <ol>
            {ofDay.map((moment) => (
              <MomentRow key={moment.id} moment={moment} productName={productName} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** Everything that happened and everything that was decided, on one page. */
export function Timeline({ id, kinds, onKinds }: TimelineProps) {
  const { t } = useTranslation();
  const query = useMoments(id, kinds);
  const moments = query.data?.pages.flatMap((page) => page.items);
  useFollowed(id, moments?.[0]?.id);
  return (
    <>
      <Chips
        label={t("timeline.filter")}
        chosen={kinds}
        onChange={onKinds}
        choices={KINDS.map((value) => ({ value, label: t(`timeline.kind.${value}`) }))}
      />
      {query.isError && moments === undefined && <ProblemNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Bones lines={10} />}
      {moments?.length === 0 && (
        <Empty title={t("timeline.empty.title")}>{t(kinds.length > 0 ? "timeline.empty.filtered" : "timeline.empty.about")}</Empty>
      )}
      {moments !== undefined && moments.length > 0 && <Days moments={moments} />}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("timeline.earlier")}
        </Button>
      )}
    </>
  );
}
