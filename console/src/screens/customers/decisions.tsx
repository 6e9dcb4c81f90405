import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { Bones, Empty, ProblemNote } from "../../ui/answered.tsx";
import { DecisionList } from "../../ui/decisions.tsx";

const PAGE = 50;

/** Every verdict on every message that could have gone to her. */
export function Decisions({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["decisions", id],
    queryFn: ({ pageParam, signal }) =>
      valueOf(
        client.GET("/api/customers/{customer}/decisions", {
          params: { path: { customer: id }, query: { cursor: pageParam, limit: PAGE } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 5000,
  });
  const decisions = query.data?.pages.flatMap((page) => page.items);
  if (query.isError && decisions === undefined) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  if (decisions === undefined) return <Bones lines={8} />;
  if (decisions.length === 0) return <Empty title={t("decisions.empty.title")}>{t("decisions.empty.about")}</Empty>;
  return (
    <>
      <DecisionList decisions={decisions} dated />
      {query.hasNextPage && (
        <Button mt={16} variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("timeline.earlier")}
        </Button>
      )}
    </>
  );
}
