import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { STAGES } from "./builder/kinds.ts";
import "./cycle.css";
import { SegmentViews } from "./views.tsx";

const route = getRouteApi("/shell/purchase-cycle");
const FIFTHS = [5, 4, 3, 2, 1] as const;
const asDefinition = (rule: object) => JSON.stringify(rule);

function Grid({ day }: { day: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = day === undefined ? undefined : `${day}T23:59:59Z`;
  const grid = useQuery({
    queryKey: ["rfm", at],
    queryFn: ({ signal }) => valueOf(client.GET("/api/rfm", { params: { query: { at } }, signal })),
  });
  return (
    <Answered query={grid}>
      {({ cells }) => {
        const sales = cells.reduce((sum, cell) => sum + cell.sales_minor, 0);
        const most = Math.max(1, ...cells.map(({ customers }) => customers));
        const cellAt = (r: number, f: number) => cells.find((cell) => cell.r === r && cell.f === f);
        return (
          <div className="table-frame" role="region" aria-label={t("cycle.grid")} tabIndex={0}>
            <table className="rfm">
              <thead>
                <tr>
                  <th scope="col">{t("cycle.corner")}</th>
                  {FIFTHS.map((f) => (
                    <th key={f} scope="col">
                      {t("cycle.frequency", { fifth: f })}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {FIFTHS.map((r) => (
                  <tr key={r}>
                    <th scope="row">{t("cycle.recency", { fifth: r })}</th>
                    {FIFTHS.map((f) => {
                      const cell = cellAt(r, f);
                      const share = sales > 0 ? (cell?.sales_minor ?? 0) / sales : 0;
                      return (
                        <td key={f} style={{ background: `color-mix(in srgb, var(--accent-line) ${Math.round((60 * (cell?.customers ?? 0)) / most)}%, transparent)` }}>
                          <Link to="/segment-builder" search={{ definition: asDefinition({ type: "rfm", r: [r], f: [f] }) }} aria-label={t("cycle.cell", { r, f, count: cell?.customers ?? 0, customers: format.number(cell?.customers ?? 0), share: format.percent(share) })}>
                            <strong>{format.number(cell?.customers ?? 0)}</strong>
                            <span>{t("cycle.share", { share: format.percent(share) })}</span>
                          </Link>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      }}
    </Answered>
  );
}

function Stages() {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const stages = useQuery({
    queryKey: ["segment-stages"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/segment-stages", { params: { query: { months: 6 } }, signal })),
    staleTime: 300_000,
  });
  return (
    <Answered query={stages}>
      {({ points }) => (
        <Table
          label={t("cycle.stages")}
          rows={STAGES.map((stage) => ({ stage }))}
          keyOf={({ stage }) => stage}
          columns={[
            {
              key: "stage",
              head: t("cycle.stage"),
              cell: ({ stage }) => (
                <Link to="/segment-builder" search={{ definition: asDefinition({ type: "stage", stages: [stage] }) }}>
                  {word("stage", stage)}
                </Link>
              ),
            },
            { key: "about", head: t("cycle.rule"), wide: true, late: true, cell: ({ stage }) => <span className="mute">{word("stageRule", stage)}</span> },
            ...points.map((point, index) => ({
              key: point.at,
              head: index === points.length - 1 ? t("cycle.now") : format.date(format.dayKey(new Date(Date.parse(point.at) - 1).toISOString())),
              number: true,
              cell: ({ stage }: { stage: string }) => format.number(point.counts[stage] ?? 0),
            })),
          ]}
        />
      )}
    </Answered>
  );
}

/** Where buyers stand: fifths of recency and frequency, and the stages of the purchase cycle. */
export function CycleScreen() {
  const { t } = useTranslation();
  const { at } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t("cycle.title")} about={t("cycle.about")}>
      <SegmentViews view="/purchase-cycle" />
      <Section
        title={t("cycle.grid")}
        tools={<TextInput type="date" size="xs" aria-label={t("cycle.asOf")} value={at ?? ""} onChange={(event) => void navigate({ search: { at: event.currentTarget.value || undefined }, replace: true })} />}
      >
        <p className="mute" style={{ marginBottom: 12 }}>{t("cycle.gridAbout")}</p>
        <Grid day={at} />
      </Section>
      <Section title={t("cycle.stages")}>
        <Stages />
      </Section>
    </Page>
  );
}
