import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../api/client.ts";
import { useFormat } from "../i18n/format.ts";
import "./fresh.css";

type Kind = "overview" | "segments" | "customers" | "journey";

const REFRESH_MS = 10_000;

/** How far the numbers are: the watermark, what waits, when each source was last heard of. */
export const freshnessQuery = queryOptions({
  queryKey: ["freshness"],
  queryFn: ({ signal }) => valueOf(client.GET("/api/freshness", { signal })),
  refetchInterval: REFRESH_MS,
});

/** How fresh a number is; opened, how it is counted, what still waits, and when each source was last heard of. */
export function Counted({ as, at }: { as: Kind; at?: string | null | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const fresh = useQuery({ ...freshnessQuery, enabled: open || at === undefined });
  const shown = at ?? fresh.data?.watermark;
  if (!shown) return null;
  return (
    <details className="counted" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("fresh", { at: format.moment(shown) })}</summary>
      <div className="counted-told">
        <p>{t(`counted.how.${as}`)}</p>
        {fresh.data && (
          <>
            <p>
              {t("counted.behind", { at: format.moment(fresh.data.watermark) })}{" "}
              {fresh.data.waiting > 0 ? t("counted.waiting", { count: fresh.data.waiting }) : t("counted.none")}
            </p>
            {fresh.data.sources.length > 0 && (
              <p>
                {t("counted.heard")}
                {fresh.data.sources.map(({ source, last_at }) => ` · ${source} ${format.moment(last_at)}`)}
              </p>
            )}
          </>
        )}
      </div>
    </details>
  );
}
