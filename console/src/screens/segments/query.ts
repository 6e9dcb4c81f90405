import { queryOptions } from "@tanstack/react-query";
import { client, valueOf } from "../../api/client.ts";

/** The segments, for lists and filters. */
export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/segments", { signal })),
});
