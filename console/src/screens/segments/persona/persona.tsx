import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import type { Feature, PersonaCard } from "../../../api/types.ts";
import { useFormat } from "../../../i18n/format.ts";
import { useWords } from "../../../i18n/words.ts";
import { useNames } from "../../../names/names.ts";
import { Answered, Empty } from "../../../ui/answered.tsx";
import { Figures, Fresh, Tag } from "../../../ui/bits.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { Table } from "../../../ui/table.tsx";
import { Face } from "./face.tsx";
import { nameOf } from "./names.ts";
import "../builder/builder.css";
import "./persona.css";
import { paragraph, type Telling, traitText } from "./told.ts";

const route = getRouteApi("/shell/segments/$key/persona");

function Against({ title, rows, nameOfRow }: { title: string; rows: readonly Feature[]; nameOfRow: (row: Feature) => string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  if (rows.length === 0) return null;
  const lift = ({ compared: { lift: times, low, high } }: Feature) =>
    times === null || low === null || high === null
      ? "–"
      : t("persona.lift", { lift: times.toFixed(2), low: low.toFixed(2), high: high.toFixed(2) });
  return (
    <Section title={title}>
      <Table
        label={title}
        rows={rows}
        keyOf={(row) => `${row.key}.${row.value}`}
        columns={[
          { key: "what", head: t("persona.what"), wide: true, cell: nameOfRow },
          { key: "share", head: t("persona.share"), number: true, cell: (row) => format.percent(row.compared.share) },
          { key: "rest", head: t("persona.restShare"), number: true, cell: (row) => format.percent(row.compared.rest_share) },
          { key: "lift", head: t("persona.liftHead"), number: true, cell: lift },
          {
            key: "verdict", head: t("persona.verdict"), cell: (row) => (
              <Tag tone={row.compared.verdict === "over" ? "good" : row.compared.verdict === "under" ? "warn" : "plain"}>{word("liftVerdict", row.compared.verdict)}</Tag>
            ),
          },
        ]}
      />
    </Section>
  );
}

function Hours({ hours, label }: { hours: readonly number[]; label: string }) {
  const most = Math.max(1, ...hours);
  return (
    <svg role="img" aria-label={label} viewBox="0 0 384 84" className="persona-hours">
      {hours.map((count, hour) => (
        <g key={hour}>
          <rect x={hour * 16 + 2} y={64 - (60 * count) / most} width="12" height={(60 * count) / most} rx="1" />
          {hour % 6 === 0 && (
            <text x={hour * 16 + 8} y="80" textAnchor="middle">
              {hour}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

function Card({ card, telling }: { card: PersonaCard; telling: Telling }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const { persona } = card;
  const { bought, rest_bought: others } = persona;
  const per = (amount: number, by: number) => (by > 0 ? amount / by : 0);
  return (
    <div className="persona">
      <header className="persona-top">
        <Face face={persona.face} label={t("persona.drawn", { name: telling.name })} />
        <div>
          <h2>{telling.name}</h2>
          <p className="persona-said">{paragraph(persona, telling)}</p>
          <p className="mute small">{t("persona.nobody")}</p>
        </div>
      </header>
      <Figures
        facts={[
          { label: t("segments.size"), value: format.number(persona.size), note: t("persona.rest", { count: persona.rest, number: format.number(persona.rest) }) },
          { label: t("persona.basket"), value: format.money(Math.round(per(bought.sales_minor, bought.orders)), card.currency), note: t("persona.others", { value: format.money(Math.round(per(others.sales_minor, others.orders)), card.currency) }) },
          { label: t("persona.orders"), value: per(bought.orders, bought.buyers).toFixed(1), note: t("persona.others", { value: per(others.orders, others.buyers).toFixed(1) }) },
          { label: t("persona.sales"), value: format.shortMoney(bought.sales_minor, card.currency), note: t("persona.ofAll", { share: format.percent(per(bought.sales_minor, bought.sales_minor + others.sales_minor)) }) },
          { label: t("persona.rhythm"), value: bought.rhythm_days === null ? "–" : t("persona.days", { count: Math.round(bought.rhythm_days) }) },
        ]}
      />
      {persona.size < 30 && <p className="build-refused">{t("persona.few")}</p>}
      <Against title={t("persona.who")} rows={persona.traits} nameOfRow={(row) => traitText(row, telling)} />
      <div className="persona-two table-tight">
        <Against title={t("persona.categories")} rows={persona.categories} nameOfRow={(row) => row.value} />
        <Against title={t("persona.products")} rows={persona.products} nameOfRow={(row) => telling.product(row.value)} />
      </div>
      <div className="persona-two table-tight">
        <Against title={t("persona.channels")} rows={persona.channels} nameOfRow={(row) => word("channel", row.value)} />
        <Section title={t("persona.hours")}>
          <Hours hours={persona.hours} label={t("persona.hours")} />
        </Section>
      </div>
      <p className="mute small persona-how">{t("persona.how")}</p>
    </div>
  );
}

/** A segment's described face, drawn from its numbers. */
export function PersonaScreen() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const cache = useQueryClient();
  const { key } = route.useParams();
  const path = { params: { path: { key } } };
  const kept = useQuery({
    queryKey: ["persona", key],
    queryFn: async ({ signal }) => {
      try {
        return { card: await valueOf(client.GET("/api/segments/{key}/persona", { ...path, signal })) };
      } catch (error) {
        if (error instanceof Problem && error.code === "no-such-persona") return { card: undefined };
        throw error;
      }
    },
  });
  const draw = useMutation({
    mutationFn: () => valueOf(client.POST("/api/segments/{key}/persona", path)),
    onSuccess: (card) => cache.setQueryData(["persona", key], { card }),
  });
  const button = (
    <Button loading={draw.isPending} onClick={() => draw.mutate()}>
      {t(kept.data?.card ? "persona.again" : "persona.draw")}
    </Button>
  );
  return (
    <Page
      title={t("persona.of", { segment: names.segment(key) })}
      about={t("persona.about")}
      before={
        <Link to="/segments/$key" params={{ key }} className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {names.segment(key)}
        </Link>
      }
      action={
        <div className="persona-actions">
          {kept.data?.card && (
            <Button variant="default" leftSection={<Printer size={16} aria-hidden />} onClick={() => window.print()}>
              {t("persona.print")}
            </Button>
          )}
          {kept.data?.card && button}
        </div>
      }
    >
      <Answered query={kept} lines={12}>
        {({ card }) =>
          card === undefined ? (
            <Empty title={t("persona.none.title")} action={button}>
              {t("persona.none.about")}
            </Empty>
          ) : (
            <>
              <Fresh at={card.persona.made_at} />
              <Card card={card} telling={{ t, format, name: nameOf(card.persona.face, i18n.language), product: (id) => card.products[id] ?? id, currency: card.currency }} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}
