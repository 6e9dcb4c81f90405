import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Computed } from "./computed.tsx";
import { Proofs } from "./proofs.tsx";
import { NEW, Requests } from "./requests.tsx";
import { PersonalTags } from "./tags.tsx";

const route = getRouteApi("/shell/privacy");
const VIEWS = [
  { value: "requests", needs: "privacy:read" },
  { value: "tags", needs: "privacy:read" },
  { value: "computed", needs: "segments:read" },
  { value: "proofs", needs: "privacy:read" },
] as const;

/** What customers may ask of their data, what counts as personal, what is worked out of it, and the proofs. */
export function Privacy() {
  const { t } = useTranslation();
  const { person } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const views = VIEWS.filter(({ needs }) => may(person.permissions, needs));
  const view = views.find(({ value }) => value === search.view)?.value ?? "requests";
  const open = (one: string | undefined) => void navigate({ search: { view: view === "requests" ? undefined : view, one } });
  const needs = view === "computed" ? "segments:write" : "privacy:write";
  const adds = (view === "requests" || view === "computed") && may(person.permissions, needs);
  return (
    <Page
      title={t("nav.item.privacy")}
      about={t("privacy.about")}
      action={adds && <Button onClick={() => open(NEW)}>{t(view === "computed" ? "privacy.computed.make" : "privacy.ask")}</Button>}
    >
      <Tabs
        label={t("privacy.views")}
        value={view}
        onChoose={(value) => void navigate({ search: { view: value === "requests" ? undefined : value } })}
        choices={views.map(({ value }) => ({ value, label: t(`privacy.view.${value}`) }))}
      />
      {view === "requests" && <Requests chosen={search.one} onChoose={open} />}
      {view === "tags" && <PersonalTags mayWrite={may(person.permissions, "privacy:write")} />}
      {view === "computed" && <Computed making={search.one === NEW} onClose={() => open(undefined)} />}
      {view === "proofs" && <Proofs mayWrite={may(person.permissions, "privacy:write")} />}
    </Page>
  );
}
