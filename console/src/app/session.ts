import { type QueryClient, queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { carryCsrf, client, valueOf } from "../api/client.ts";
import type { Session } from "../api/types.ts";
import { loggedOut } from "./queries.ts";

/** Who is logged in, for which brand, at which brand time. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session> => {
    const session = await valueOf(client.GET("/api/session", { signal }));
    carryCsrf(session.csrf);
    return session;
  },
  staleTime: 60_000,
  retry: false,
});

/** The session; only used below the shell, where it is loaded. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Logs in and makes the session known. */
export async function logIn(queries: QueryClient, email: string, password: string): Promise<void> {
  await valueOf(client.POST("/api/session", { body: { email, password } }));
  // The first look, before anybody was logged in, was answered "nobody"; that is past now.
  loggedOut.set(0);
  await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
}

/** Logs out and forgets everything that was read. */
export async function logOut(queries: QueryClient): Promise<void> {
  await valueOf(client.DELETE("/api/session"));
  queries.clear();
}
