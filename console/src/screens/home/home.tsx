import { useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { may } from "../../app/nav.ts";
import { useSession } from "../../app/session.ts";
import type { Home } from "../../api/types.ts";
import { type Format, useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Figures, Fresh } from "../../ui/bits.tsx";
import { DecisionList } from "../../ui/decisions.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";

type Card = Home["cards"][number];

function figure({ unit, value }: Card, format: Format): string {
  // The unit of money is its currency; a count has none.
  return unit === "" ? format.number(value) : format.money(value, unit);
}

function Cards({ cards }: { cards: readonly Card[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const facts = cards.map((card) => ({
    label: word("card", card.key),
    value: figure(card, format),
    note: typeof card.previous === "number" ? t("home.previous", { value: figure({ ...card, value: card.previous }, format) }) : undefined,
  }));
  return <Figures facts={facts} />;
}

function JourneysToday({ journeys }: { journeys: Home["journeys"] }) {
  const { t } = useTranslation();
  const { said } = useWords();
  const format = useFormat();
  if (journeys.length === 0) return <Empty title={t("journeys.empty.title")}>{t("journeys.empty.about")}</Empty>;
  return (
    <Table
      label={t("home.journeys")}
      rows={journeys}
      keyOf={(row) => row.key}
      columns={[
        {
          key: "name",
          head: t("journeys.name"),
          cell: (row) => (
            <Link to="/journeys/$key" params={{ key: row.key }}>
              {said(row.name)}
            </Link>
          ),
        },
        { key: "entered", head: t("home.enteredToday"), number: true, cell: (row) => format.number(row.entered_today) },
      ]}
    />
  );
}

function RecentDecisions({ decisions }: { decisions: Home["recent_decisions"] }) {
  const { t } = useTranslation();
  if (decisions.length === 0) return <Empty title={t("decisions.empty.title")}>{t("decisions.empty.about")}</Empty>;
  return <DecisionList decisions={decisions} />;
}

/** The first screen: what the loop did lately, or the customers for those who see no reports. */
export function HomeScreen() {
  const { person } = useSession();
  return may(person.permissions, "reports:read") ? <Lately /> : <Navigate to="/customers" replace />;
}

function Lately() {
  const { t } = useTranslation();
  const home = useQuery({
    queryKey: ["home"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/home", { signal })),
    refetchInterval: 5000,
  });
  return (
    <Page title={t("nav.item.home")} about={t("home.about")}>
      <Answered query={home}>
        {({ cards, recent_decisions, journeys, freshness_at }) => (
          <>
            <Cards cards={cards} />
            <div className="columns" style={{ marginTop: 32 }}>
              <Section title={t("home.decisions")} tools={<Fresh at={freshness_at} />}>
                <RecentDecisions decisions={recent_decisions} />
              </Section>
              <Section title={t("home.journeys")}>
                <JourneysToday journeys={journeys} />
              </Section>
            </div>
          </>
        )}
      </Answered>
    </Page>
  );
}
