import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, Pause, Play } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Journey } from "../../api/types.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Bones } from "../../ui/answered.tsx";
import { Figures } from "../../ui/bits.tsx";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { tell } from "../../ui/toast.tsx";
import { StatusTag } from "./list.tsx";
import { Outline } from "./outline.tsx";
import { JourneyReport } from "./report.tsx";
import { StepPanel } from "./step.tsx";

const route = getRouteApi("/shell/journeys/$key");
const Canvas = lazy(() => import("./canvas.tsx"));
const VIEWS = ["canvas", "outline", "report"] as const;

function PauseButton({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const queries = useQueryClient();
  const paused = journey.status === "paused";
  const change = useMutation({
    mutationFn: () =>
      paused
        ? valueOf(client.POST("/api/journeys/{key}/resume", { params: { path: { key: journey.key } } }))
        : valueOf(client.POST("/api/journeys/{key}/pause", { params: { path: { key: journey.key } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["journey", journey.key] });
      tell(t(paused ? "journeys.resumed" : "journeys.pausedNow"));
    },
  });
  if (!may(person.permissions, "journeys:write")) return null;
  const Icon = paused ? Play : Pause;
  return (
    <Button variant="default" leftSection={<Icon size={16} aria-hidden />} loading={change.isPending} onClick={() => change.mutate()}>
      {t(paused ? "journeys.resume" : "journeys.pause")}
    </Button>
  );
}

function Counts({ counts }: { counts: Journey["counts"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = ["entered", "active", "completed", "exited"] as const;
  return <Figures facts={keys.map((key) => ({ label: t(`journeys.${key}`), value: format.number(counts[key]) }))} />;
}

/** One journey: as a canvas, as an outline, and what it brought. */
export function JourneyScreen() {
  const { t } = useTranslation();
  const { said } = useWords();
  const { key } = route.useParams();
  const { view: asked, step } = route.useSearch();
  const navigate = route.useNavigate();
  // On a phone the canvas would be too small to read; the outline says the same.
  const narrow = useMediaQuery("(max-width: 760px)", false, { getInitialValueInEffect: false });
  const usual = narrow ? "outline" : "canvas";
  const view = VIEWS.find((known) => known === asked) ?? usual;
  const journey = useQuery({
    queryKey: ["journey", key],
    queryFn: ({ signal }) => valueOf(client.GET("/api/journeys/{key}", { params: { path: { key } }, signal })),
    refetchInterval: 5000,
  });
  const choose = (id: string | undefined) => void navigate({ search: (now) => ({ ...now, step: id }), replace: true });
  const known = journey.data;
  const chosen = known?.steps.find(({ id }) => id === step);
  return (
    <Page
      title={said(known?.name) || t("journeys.title")}
      beside={known && <StatusTag status={known.status} />}
      action={known && <PauseButton journey={known} />}
      before={
        <Link to="/journeys" className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {t("nav.item.journeys")}
        </Link>
      }
    >
      <Answered query={journey} lines={10}>
        {(found) => (
          <>
            <Counts counts={found.counts} />
            <div style={{ height: 16 }} />
            <Tabs
              label={t("journeys.views")}
              value={view}
              onChoose={(value) => void navigate({ search: { view: value === usual ? undefined : value } })}
              choices={VIEWS.map((value) => ({ value, label: t(`journeys.view.${value}`) }))}
            />
            {view === "canvas" && (
              <Suspense fallback={<Bones />}>
                <Canvas journey={found} chosen={step} onChoose={choose} />
              </Suspense>
            )}
            {view === "outline" && <Outline journey={found} chosen={step} onChoose={choose} />}
            {view === "report" && <JourneyReport journey={found} />}
            {chosen && view !== "report" && <StepPanel journey={found} step={chosen} onClose={() => choose(undefined)} />}
          </>
        )}
      </Answered>
    </Page>
  );
}
