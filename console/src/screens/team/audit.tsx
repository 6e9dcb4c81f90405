import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asking, client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";

interface AuditProps {
  readonly cursor: string | undefined;
  readonly onMove: (cursor: string | undefined) => void;
}

/** Who did what, newest first. */
export function Audit({ cursor, onMove }: AuditProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const audit = useQuery({
    queryKey: ["audit", cursor],
    queryFn: ({ signal }) => valueOf(client.GET("/api/audit", { params: { query: asking({ cursor }) }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <Answered query={audit}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title={t("team.noAudit.title")}>{t("team.noAudit.about")}</Empty>
        ) : (
          <>
            <Table
              label={t("team.view.audit")}
              rows={items}
              keyOf={(row) => row.id}
              columns={[
                { key: "at", head: t("team.at"), cell: (row) => format.moment(row.at) },
                { key: "person", head: t("team.person"), cell: (row) => row.person },
                { key: "action", head: t("team.action"), cell: (row) => word("action", row.action) },
                { key: "subject", head: t("team.subject"), late: true, cell: (row) => <span className="mute">{row.subject}</span> },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={onMove} />
          </>
        )
      }
    </Answered>
  );
}
