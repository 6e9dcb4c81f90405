import { useQuery } from "@tanstack/react-query";
import { client, valueOf } from "../api/client.ts";

/** What sources are called, by their keys; a source that may not be read stands for itself. */
export function useSourceNames(): ReadonlyMap<string, string> {
  const sources = useQuery({ queryKey: ["sources"], queryFn: ({ signal }) => valueOf(client.GET("/api/sources", { signal })), staleTime: 60_000 });
  return new Map(sources.data?.items.map(({ key, name }) => [key, name]));
}
