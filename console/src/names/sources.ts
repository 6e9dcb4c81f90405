import { useQuery } from "@tanstack/react-query";
import { client, valueOf } from "../api/client.ts";
import { hasWord, useWords } from "../i18n/words.ts";

const KEPT_MS = 60_000;

/** What sources are called, by their keys; everybody in the team may know. */
export function useSourceNames(): ReadonlyMap<string, string> {
  const sources = useQuery({
    queryKey: ["sources"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/sources", { signal })),
    staleTime: KEPT_MS,
  });
  return new Map(sources.data?.items.map(({ key, name }) => [key, name]));
}

/** What a source is called within a sentence: our word for it, else its name, else its key. */
export function useSourceName(): (key: string) => string {
  const { word } = useWords();
  const names = useSourceNames();
  return (key) => (hasWord("source", key) ? word("source", key) : names.get(key) ?? word("source", key));
}

/** What a source is called where it stands alone, with a capital. */
export function useSourceTitle(): (key: string) => string {
  const named = useSourceName();
  return (key) => named(key).replace(/^./u, (first) => first.toUpperCase());
}
