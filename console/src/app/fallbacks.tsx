import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../ui/answered.tsx";
import { Page } from "../ui/page.tsx";

/** An address that leads nowhere. */
export function Nowhere() {
  const { t } = useTranslation();
  return (
    <Page title={t("nowhere.title")} about={t("nowhere.about")}>
      <a href="/">{t("nowhere.home")}</a>
    </Page>
  );
}

/** A screen that could not be drawn. */
export function Stumbled({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Page title={t("stumbled.title")}>
      <ProblemNote error={error} onRetry={reset} />
    </Page>
  );
}
