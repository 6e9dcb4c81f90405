import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Audit } from "./audit.tsx";
import { Keys } from "./keys.tsx";
import { NEW, People } from "./people.tsx";
import { Places } from "./places.tsx";

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
  const open = (who: string | undefined) => void navigate({ search: { view: view === "people" ? undefined : view, who } });
  const mayWrite = may(person.permissions, "team:write");
  return (
    <Page title={t("nav.item.team")} about={t("team.about")} action={<Add view={view} mayWrite={mayWrite} onAdd={() => open(NEW)} />}>
      <Tabs
        label={t("team.views")}
        value={view}
        onChoose={(value) => void navigate({ search: { view: value === "people" ? undefined : value } })}
        choices={views.map(({ value }) => ({ value, label: t(`team.view.${value}`) }))}
      />
      {view === "people" && <People chosen={search.who} mayWrite={mayWrite} onChoose={open} />}
      {view === "places" && <Places />}
      {view === "keys" && <Keys making={search.who === NEW} onClose={() => open(undefined)} />}
      {view === "audit" && <Audit cursor={search.cursor} onMove={(cursor) => void navigate({ search: { view, cursor } })} />}
    </Page>
  );
}

function Add({ view, mayWrite, onAdd }: { view: string; mayWrite: boolean; onAdd: () => void }) {
  const { t } = useTranslation();
  if (view === "people" && mayWrite) return <Button onClick={onAdd}>{t("team.add")}</Button>;
  if (view === "keys") return <Button onClick={onAdd}>{t("team.makeKey")}</Button>;
  return null;
}
