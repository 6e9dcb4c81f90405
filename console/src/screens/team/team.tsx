import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Audit } from "./audit.tsx";
import { Keys, People, Places } from "./lists.tsx";

const route = getRouteApi("/shell/team");
const VIEWS = [
  { value: "people", needs: "team:read" },
  { value: "places", needs: null },
  { value: "keys", needs: "settings:write" },
  { value: "audit", needs: "audit:read" },
] as const;

/** Who may see and do what, and who did what. */
export function Team() {
  const { t } = useTranslation();
  const { person } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const views = VIEWS.filter(({ needs }) => may(person.permissions, needs));
  const view = views.find(({ value }) => value === search.view)?.value ?? "people";
  return (
    <Page title={t("nav.item.team")} about={t("team.about")}>
      <Tabs
        label={t("team.views")}
        value={view}
        onChoose={(value) => void navigate({ search: { view: value === "people" ? undefined : value } })}
        choices={views.map(({ value }) => ({ value, label: t(`team.view.${value}`) }))}
      />
      {view === "people" && <People />}
      {view === "places" && <Places />}
      {view === "keys" && <Keys />}
      {view === "audit" && <Audit cursor={search.cursor} onMove={(cursor) => void navigate({ search: { view, cursor } })} />}
    </Page>
  );
}
