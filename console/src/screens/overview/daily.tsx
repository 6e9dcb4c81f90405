import { NativeSelect } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Overview } from "../../api/types.ts";
import { Bars } from "../../charts/bars.tsx";
import { ChannelName, lookOf } from "../../design/channels.tsx";
import { type Format, useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Empty } from "../../ui/answered.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { type Figure, FIGURES, layersOf } from "./layers.ts";

const route = getRouteApi("/shell/overview");

function valueText(figure: Figure, value: number, currency: string, format: Format): string {
  return figure === "sales_minor" ? format.money(value, currency) : format.number(value);
}

function DayChart({ overview, figure }: { overview: Overview; figure: Figure }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const { days, layers } = layersOf(overview, figure);
  const drawn = layers.map(({ channel, values }) => ({
    key: channel,
    name: word("channel", channel || "other"),
    colour: lookOf(channel).colour,
    values,
  }));
  return (
    <>
      <p className="legend">
        {layers.map(({ channel }) => (
          <ChannelName key={channel} channel={channel || "other"} />
        ))}
      </p>
      <Bars
        label={t("overview.chart", { figure: t(`overview.figure.${figure === "sales_minor" ? "sales" : figure}`) })}
        names={days.map(format.date)}
        layers={drawn}
        tick={(value) => (figure === "sales_minor" ? format.shortMoney(value, overview.currency) : format.short(value))}
        note={(layer, index) =>
          `${format.date(days[index] ?? "")} · ${layer.name}: ${valueText(figure, layer.values[index] ?? 0, overview.currency, format)}`
        }
      />
    </>
  );
}

function DayTable({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (key: "orders" | "customers" | "messages" | "opt_outs") => ({
    key,
    head: t(`overview.figure.${key}`),
    number: true,
    cell: (row: Overview["days"][number]) => format.number(row[key]),
  });
  return (
    <Table
      label={t("overview.byDay")}
      rows={overview.days.toReversed()}
      keyOf={(row) => `${row.day} ${row.channel}`}
      columns={[
        { key: "day", head: t("overview.day"), cell: (row) => format.date(row.day) },
        { key: "channel", head: t("overview.channel"), cell: (row) => <ChannelName channel={row.channel || "other"} /> },
        { key: "sales", head: t("overview.figure.sales"), number: true, cell: (row) => format.money(row.sales_minor, overview.currency) },
        count("orders"),
        count("customers"),
        count("messages"),
        count("opt_outs"),
      ]}
    />
  );
}

/** The days of the period by channel: one figure as a chart, or all of them as a table. */
export function Daily({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const figure = FIGURES.find((known) => known === search.figure) ?? "sales_minor";
  const view = search.as === "table" ? "table" : "chart";
  const show = (changed: Partial<typeof search>) => void navigate({ search: { ...search, ...changed }, replace: true });
  const tools = (
    <>
      {view === "chart" && (
        <NativeSelect
          aria-label={t("overview.figureLabel")}
          value={figure}
          onChange={(event) => show({ figure: event.currentTarget.value })}
          data={FIGURES.map((value) => ({ value, label: t(`overview.figure.${value === "sales_minor" ? "sales" : value}`) }))}
        />
      )}
      <Pick
        label={t("showAs.label")}
        value={view}
        onChoose={(as) => show({ as: as === "chart" ? undefined : as })}
        choices={[
          { value: "chart", label: t("showAs.chart") },
          { value: "table", label: t("showAs.table") },
        ]}
      />
    </>
  );
  return (
    <Section title={t("overview.byDay")} tools={tools}>
      {overview.days.length === 0 ? (
        <Empty title={t("overview.empty.title")}>{t("overview.empty.about")}</Empty>
      ) : view === "chart" ? (
        <DayChart overview={overview} figure={figure} />
      ) : (
        <DayTable overview={overview} />
      )}
    </Section>
  );
}
