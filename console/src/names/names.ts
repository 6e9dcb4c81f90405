import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { asking, client, valueOf } from "../api/client.ts";
import { may } from "../app/nav.ts";
import { useSession } from "../app/session.ts";
import { type Named, useWords } from "../i18n/words.ts";

/** Every journey with its numbers. */
export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/journeys", { signal })),
});

/** Every message. */
export const messagesQuery = queryOptions({
  queryKey: ["messages"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/messages", { signal })),
});

/** Every live segment. */
export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/segments", { signal })),
});

const MOST_STORES = 500;

/** Every store. */
export const storesQuery = queryOptions({
  queryKey: ["stores"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/stores", { params: { query: asking({ limit: MOST_STORES }) }, signal })),
  staleTime: Infinity,
});

/** What the keys that rows carry are called. */
export interface Names {
  store(key: string): string;
  journey(key: string): string;
  message(key: string): string;
  segment(key: string): string;
}

type Known = { readonly items: readonly { readonly key: string; readonly name: Named }[] } | undefined;
const KEPT_MS = 60_000;

/** The names of journeys, messages and segments; a key whose name may not be read stands for itself. */
export function useNames(): Names {
  const { said } = useWords();
  const { permissions } = useSession().person;
  const journeys = useQuery({ ...journeysQuery, staleTime: KEPT_MS, enabled: may(permissions, "journeys:read") });
  const messages = useQuery({ ...messagesQuery, staleTime: KEPT_MS, enabled: may(permissions, "messages:read") });
  const segments = useQuery({ ...segmentsQuery, staleTime: KEPT_MS, enabled: may(permissions, "segments:read") });
  const stores = useQuery(storesQuery);
  const nameIn = (known: Known) => (key: string) => said(known?.items.find((one) => one.key === key)?.name) || key;
  return { journey: nameIn(journeys.data), message: nameIn(messages.data), segment: nameIn(segments.data), store: nameIn(stores.data) };
}

/** The names of these products; a product that the catalogue does not know stands for itself. */
export function useProductNames(ids: readonly string[]): (id: string) => string {
  const wanted = [...new Set(ids)].sort();
  const products = useQuery({
    queryKey: ["products", "named", wanted],
    queryFn: ({ signal }) => valueOf(client.GET("/api/products", { params: { query: asking({ id: wanted, limit: wanted.length }) }, signal })),
    enabled: wanted.length > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const names = new Map(products.data?.items.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) || id;
}
