import createClient, { type Middleware } from "openapi-fetch";
import { problemOf, unreachable } from "./problem.ts";
import type { paths } from "./schema.d.ts";

let csrf = "";

/** Remembers the token that every write carries; it comes with the session. */
export function carryCsrf(token: string): void {
  csrf = token;
}

/** The headers every request carries. */
export function csrfHeaders(method: string): Record<string, string> {
  const language = { "Accept-Language": document.documentElement.lang };
  return method === "GET" ? language : { ...language, "Content-Type": "application/json", "X-CSRF-Token": csrf };
}

const headers: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(csrfHeaders(request.method))) request.headers.set(name, value);
    return request;
  },
  onError() {
    return unreachable();
  },
};

/** The typed client; its types are generated from the server's OpenAPI document. */
export const client = createClient<paths>({ credentials: "same-origin", fetch: (request) => fetch(request) });
client.use(headers);

/**
 * The query of a list that is filtered by its fields' names (`name.contains`), sorted and paged like every list.
 * OpenAPI does not describe those parameters one by one, so the generated type knows of none.
 */
export function asking(query: Readonly<Record<string, string | number | readonly string[] | undefined>>): undefined {
  return query as unknown as undefined;
}

type Result<T> = { data?: T; error?: unknown; response: Response };

/** Turns an answer into its value, or throws the problem. */
export async function valueOf<T>(answer: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok || error !== undefined) throw problemOf(response.status, error);
  return data as T;
}
