import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Table } from "../../ui/table.tsx";
import "./plan.css";

type Planned = Answer<"/api/tracking-plan/event">;

/** What is different between two versions; without `after`, between a version and the draft. */
export function Diff({ name, before, after, draftOf }: { name: string; before: number; after?: number; draftOf?: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const diff = useQuery({
    // Not under "plan": once a draft is published there is nothing left to compare.
    queryKey: ["plan-diff", name, before, after ?? draftOf],
    queryFn: ({ signal }) => valueOf(client.GET("/api/tracking-plan/diff", { params: { query: { name, before, ...(after === undefined ? {} : { after }) } }, signal })),
  });
  return (
    <Answered query={diff} lines={3}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="mute">{t("plan.same")}</p>
        ) : (
          <Table
            label={t("plan.diff")}
            rows={items}
            keyOf={(row) => `${row.property} ${row.keyword}`}
            columns={[
              { key: "property", head: t("plan.property"), cell: (row) => <code>{row.property || "{ }"}</code> },
              { key: "change", head: t("plan.keyword"), cell: (row) => t("plan.changed", { change: word("change", row.change), keyword: hasWord("schemaKeyword", row.keyword) ? word("schemaKeyword", row.keyword) : row.keyword }) },
              {
                key: "values",
                head: t("plan.after"),
                wide: true,
                cell: (row) => (
                  <>
                    {row.before && row.before !== '""' && <code className="diff-removed">{row.before}</code>} {row.after && row.after !== '""' && <code className="diff-added">{row.after}</code>}
                  </>
                ),
              },
            ]}
          />
        )
      }
    </Answered>
  );
}

/** The published versions, and what each changed. */
export function Versions({ planned }: { planned: Planned }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const [chosen, setChosen] = useState<number>();
  if (planned.versions.length === 0) return <Empty title={t("plan.noVersions.title")}>{t("plan.noVersions.about")}</Empty>;
  return (
    <>
      <p className="mute plan-about">{t("plan.versionsAbout")}</p>
      <Table
        label={t("plan.view.versions")}
        rows={planned.versions}
        keyOf={(row) => String(row.version)}
        {...(chosen === undefined ? {} : { chosen: String(chosen) })}
        onOpen={(row) => setChosen(row.version)}
        columns={[
          {
            key: "version",
            head: t("plan.view.versions"),
            cell: (row) => (
              <button type="button" className="link-button" onClick={() => setChosen(row.version)}>
                {t("plan.version", { number: row.version })}
              </button>
            ),
          },
          { key: "mode", head: t("plan.mode"), cell: (row) => (row.retired ? t("plan.out") : row.mode ? word("planMode", row.mode) : t("plan.asSource")) },
          { key: "by", head: t("plan.by"), wide: true, cell: (row) => row.published_by },
          { key: "at", head: t("plan.at"), number: true, cell: (row) => format.moment(row.published_at) },
        ]}
      />
      {chosen !== undefined && (
        <Panel title={t("plan.version", { number: chosen })} onClose={() => setChosen(undefined)}>
          <Diff name={planned.name} before={chosen - 1} after={chosen} />
        </Panel>
      )}
    </>
  );
}

/** What was wrong with the events of the last 30 days. */
export function Wrong({ planned }: { planned: Planned }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  if (planned.wrong.length === 0) return <Empty title={t("plan.noWrong.title")}>{t("plan.noWrong.about")}</Empty>;
  return (
    <Table
      label={t("plan.view.wrong")}
      rows={planned.wrong}
      keyOf={(row) => `${row.mode} ${row.kind} ${row.property}`}
      columns={[
        { key: "property", head: t("plan.property"), cell: (row) => <code>{row.property}</code> },
        { key: "kind", head: t("plan.kind"), wide: true, cell: (row) => word("fault", row.kind) },
        { key: "mode", head: t("plan.mode"), late: true, cell: (row) => word("planMode", row.mode) },
        { key: "events", head: t("failed.events"), number: true, cell: (row) => format.number(row.events) },
        { key: "last", head: t("plan.last"), number: true, late: true, cell: (row) => format.moment(row.last_at) },
      ]}
    />
  );
}
