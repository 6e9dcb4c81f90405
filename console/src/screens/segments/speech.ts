import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useNames } from "../../names/names.ts";
import type { Speech } from "./sentence.ts";

/** Every uploaded list. */
export const listsQuery = queryOptions({
  queryKey: ["segment-lists"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/segment-lists", { signal })),
});

const KEPT_MS = 60_000;

/** What definitions are said with: the language, the formats, and what their keys are called. */
export function useSpeech(): Speech {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const { permissions } = useSession().person;
  const lists = useQuery({ ...listsQuery, staleTime: KEPT_MS, enabled: may(permissions, "segments:read") });
  const list = (key: string) => lists.data?.items.find((one) => one.key === key)?.name ?? key;
  return { t, format, names: { ...names, list } };
}
