import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session.ts";
import { Tabs } from "../../ui/choices.tsx";
import { Page } from "../../ui/page.tsx";
import { Ads } from "./ads.tsx";
import { ClockControl } from "./clock.tsx";
import { Mailboxes } from "./mailboxes.tsx";
import { Phones } from "./phones.tsx";
import { Till } from "./till.tsx";

const route = getRouteApi("/shell/simulator");
const VIEWS = ["phones", "mailboxes", "till", "ads", "clock"] as const;

/** Phones, mailboxes and a till to try everything on, without a real provider. */
export function Simulator() {
  const { t } = useTranslation();
  const { clock } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const views = VIEWS.filter((view) => view !== "clock" || clock.demo);
  const view = views.find((known) => known === search.view) ?? "phones";
  const choose = (who: string | undefined, mail?: string) => void navigate({ search: { view, who, mail }, replace: true });
  return (
    <Page title={t("nav.item.simulator")} about={t("simulator.about")}>
      <Tabs
        label={t("simulator.views")}
        value={view}
        onChoose={(value) => void navigate({ search: { view: value === "phones" ? undefined : value } })}
        choices={views.map((value) => ({ value, label: t(`simulator.view.${value}`) }))}
      />
      {view === "phones" && <Phones who={search.who} onChoose={choose} />}
      {view === "mailboxes" && <Mailboxes who={search.who} mail={search.mail} onChoose={choose} />}
      {view === "till" && <Till />}
      {view === "ads" && <Ads who={search.who} onChoose={choose} />}
      {view === "clock" && <ClockControl />}
    </Page>
  );
}
