import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Duplicates as Queue } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { tell } from "../../ui/toast.tsx";
import { Pair } from "./pair.tsx";
import "./identity.css";

const route = getRouteApi("/shell/duplicates");
const STATES = ["open", "accepted", "rejected"] as const;
type State = (typeof STATES)[number];
const DONE = { accepted: "duplicates.merged", rejected: "duplicates.kept", open: "duplicates.taken" } as const;
const LOOKS_AGAIN_MS = 2000;

function useDecide(then: () => void) {
  const { t } = useTranslation();
  const { word } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, decision }: { ids: string[]; decision: State }) =>
      valueOf(client.POST("/api/identity/duplicates/decisions", { body: { ids: ids.map(Number), decision } })),
    onSuccess: async ({ items }, { decision }) => {
      const refused = items.find(({ problem }) => problem);
      tell(refused?.problem ? t("duplicates.refused", { why: word("problem", refused.problem) }) : t(DONE[decision]));
      then();
      await queries.invalidateQueries();
    },
  });
}

function SearchNow({ queue }: { queue: Queue | undefined }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const search = useMutation({
    mutationFn: () => valueOf(client.POST("/api/identity/duplicates/search", {})),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duplicates"] }),
  });
  return (
    <Button variant="default" loading={search.isPending || Boolean(queue?.searching)} onClick={() => search.mutate()}>
      {t("duplicates.search")}
    </Button>
  );
}

function Learnt({ queue }: { queue: Queue }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (queue.searching) return <p className="mute" role="status">{t("duplicates.searching")}</p>;
  if (!queue.searched_at) return null;
  if (queue.failed) return <p className="mute pair-learnt" role="status">{t("duplicates.failed", { at: format.moment(queue.searched_at) })}</p>;
  const number = (key: string) => format.number(typeof queue.learnt[key] === "number" ? queue.learnt[key] : 0);
  return (
    <p className="mute pair-learnt">
      {t("duplicates.waiting", { count: queue.waiting })} · {t("duplicates.searched", { at: format.moment(queue.searched_at), people: number("people"), compared: number("compared") })}
    </p>
  );
}

/** Probable duplicates, side by side, to merge or to keep apart. */
export function Duplicates() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = STATES.find((known) => known === search.state) ?? "open";
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const decide = useDecide(() => setChosen([]));
  const queue = useQuery({
    queryKey: ["duplicates", state, search.cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/identity/duplicates", { params: { query: { state, cursor: search.cursor } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data?.searching ? LOOKS_AGAIN_MS : false),
  });
  const choose = (id: string, on: boolean) => setChosen((now) => (on ? [...now, id] : now.filter((other) => other !== id)));
  return (
    <Page title={t("nav.item.duplicates")} about={t("duplicates.about")} action={<SearchNow queue={queue.data} />}>
      <Tabs
        label={t("duplicates.views")}
        value={state}
        onChoose={(value) => void navigate({ search: { state: value === "open" ? undefined : value } })}
        choices={STATES.map((value) => ({ value, label: t(`duplicates.view.${value}`) }))}
      />
      <Answered query={queue} lines={12}>
        {(known) => (
          <>
            <Learnt queue={known} />
            {chosen.length > 0 && (
              <div className="pair-head" role="status">
                <span>{t("duplicates.chosen", { count: chosen.length })}</span>
                <Button size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate({ ids: [...chosen], decision: "accepted" })}>
                  {t("duplicates.merge")}
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => decide.mutate({ ids: [...chosen], decision: "rejected" })}>
                  {t("duplicates.apart")}
                </Button>
              </div>
            )}
            {known.items.length === 0 && !(known.failed && state === "open") && (
              <Empty title={t(state === "open" ? "duplicates.empty.title" : "duplicates.none.title")}>
                {t(state === "open" ? "duplicates.empty.about" : "duplicates.none.about")}
              </Empty>
            )}
            {known.items.map((pair) => (
              <Pair
                key={pair.id}
                pair={pair}
                chosen={chosen.includes(pair.id)}
                busy={decide.isPending}
                onChoose={(on) => choose(pair.id, on)}
                onDecide={(decision) => decide.mutate({ ids: [pair.id], decision })}
              />
            ))}
            <Pager cursor={search.cursor} next={known.next} onMove={(cursor) => void navigate({ search: { ...search, cursor } })} />
          </>
        )}
      </Answered>
    </Page>
  );
}
