import { type InvalidateOptions, type InvalidateQueryFilters, MutationCache, QueryCache, QueryClient, type QueryKey } from "@tanstack/react-query";
import { Problem } from "../api/problem.ts";
import { tellProblem } from "../ui/toast.tsx";
import { create } from "../ui/store.ts";

/** Counts how often the server said that nobody is logged in; the router listens. */
export const loggedOut = create(0);

const LOG_IN_AGAIN = 401;
const TRIES = 2;

function noticeLogOut(error: unknown): boolean {
  const out = error instanceof Problem && error.status === LOG_IN_AGAIN;
  if (out) loggedOut.set(loggedOut.get() + 1);
  return out;
}

/**
 * A client whose invalidated queries are really read again. The library's own leaves a first read that is under way
 * alone: it may have been answered before the change, and its old answer would stay on the screen for good.
 */
export class Queries extends QueryClient {
  override invalidateQueries<Key extends QueryKey = QueryKey>(filters?: InvalidateQueryFilters<Key>, options?: InvalidateOptions): Promise<void> {
    if (filters?.refetchType !== "none") {
      for (const query of this.getQueryCache().findAll({ ...filters, type: "active" })) {
        if (query.state.data === undefined) void query.cancel({ silent: true });
      }
    }
    return super.invalidateQueries(filters, options);
  }
}

/** What was read from the server. Only refusals that may pass are tried again. */
export const queries = new Queries({
  queryCache: new QueryCache({ onError: noticeLogOut }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.quiet !== true && !noticeLogOut(error)) tellProblem(error);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < TRIES && error instanceof Problem && error.again,
    },
  },
});
