import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Tabs } from "../../ui/choices.tsx";

const VIEWS = ["/segments", "/segment-lists", "/segment-overlap", "/purchase-cycle"] as const;

/** The rooms of segments. */
export function SegmentViews({ view }: { view: (typeof VIEWS)[number] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Tabs
      label={t("segmenting.views")}
      value={view}
      onChoose={(to) => void navigate({ to })}
      choices={VIEWS.map((value) => ({ value, label: t(`segmenting.view.${({ "/segments": "segments", "/segment-lists": "lists", "/segment-overlap": "overlap", "/purchase-cycle": "cycle" } as const)[value]}`) }))}
    />
  );
}
