import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asking, client, valueOf } from "../../api/client.ts";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { useNames } from "../../names/names.ts";
import { useSourceNames } from "../../names/sources.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Table } from "../../ui/table.tsx";

interface AuditProps {
  readonly cursor: string | undefined;
  readonly onMove: (cursor: string | undefined) => void;
}

/** A made-up id as far as it is needed to tell two apart. */
const short = (key: string): string => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(key) ? key.slice(0, 8) : key);

/** What an action was done to: `segment:tea` by its name, a customer as a link to her page. */
function Subject({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const names = useNames();
  const sources = useSourceNames();
  const people = useQuery({ queryKey: ["people"], queryFn: ({ signal }) => valueOf(client.GET("/api/people", { signal })) });
  const [kind = "", ...rest] = subject.split(":");
  const key = rest.join(":");
  if (key === "" || !hasWord("auditSubject", kind)) return <>{subject}</>;
  if (kind === "customer")
    return (
      <Link to="/customers/$id" params={{ id: key }}>
        {t("named", { of: word("auditSubject", kind), what: key })}
      </Link>
    );
  if (kind === "import")
    return (
      <Link to="/imports/$id" params={{ id: key }}>
        {t("named", { of: word("auditSubject", kind), what: short(key) })}
      </Link>
    );
  const called: Record<string, (key: string) => string | undefined> = {
    segment: names.segment, journey: names.journey, message: names.message, store: names.store,
    source: (one) => sources.get(one),
    person: (one) => people.data?.items.find(({ id }) => id === one)?.name,
    event: (one) => (hasWord("event", one) ? word("event", one) : undefined),
    trait: (one) => (hasWord("trait", one) ? word("trait", one) : undefined),
    channel: (one) => word("channel", one),
  };
  return <>{t("named", { of: word("auditSubject", kind), what: called[kind]?.(key) ?? short(key) })}</>;
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
                { key: "subject", head: t("team.subject"), late: true, cell: (row) => <Subject subject={row.subject} /> },
              ]}
            />
            <Pager cursor={cursor} next={next} onMove={onMove} />
          </>
        )
      }
    </Answered>
  );
}
