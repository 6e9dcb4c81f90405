import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useBrandNow } from "../../app/clock.tsx";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { Figures } from "../../ui/bits.tsx";
import { tell } from "../../ui/toast.tsx";

const STEPS = { tenMinutes: 600, hour: 3600, day: 86_400, week: 604_800 } as const;

/** Moves the demo's clock on, so that waits end now. */
export function ClockControl() {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const { brand } = useSession();
  const now = useBrandNow();
  const advance = useMutation({
    mutationFn: (advance_seconds: number) => valueOf(client.POST("/api/demo/clock", { body: { advance_seconds } })),
    onSuccess: async () => {
      await queries.invalidateQueries();
      tell(t("clock.moved"));
    },
  });
  return (
    <div style={{ maxWidth: 560 }}>
      <Figures facts={[{ label: t("clock.now"), value: format.moment(now), note: t("clock.zone", { zone: brand.zone }) }]} />
      <p style={{ margin: "16px 0" }}>{t("clock.about2")}</p>
      <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
        {(Object.keys(STEPS) as (keyof typeof STEPS)[]).map((step) => (
          <Button key={step} variant="default" disabled={advance.isPending} onClick={() => advance.mutate(STEPS[step])}>
            {t(`clock.step.${step}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}
