import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { ChannelName } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { hasWord, useWords } from "../../i18n/words.ts";
import { useSourceTitle } from "../../names/sources.ts";
import { Answered } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { plain } from "./portrait.tsx";

function ConsentLog({ id }: { id: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  /** The event and what it says of a form, a paper or a call: "Subscribed: at the till". */
  const evidenceOf = (evidence: string): string => {
    const [event = "", ...told] = evidence.split(": ");
    return told.length === 0 ? word("event", event) : t("named", { of: word("event", event), what: told.join(": ") });
  };
  const log = useQuery({
    queryKey: ["customer", id, "consents"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}/consents", { params: { path: { customer: id } }, signal })),
  });
  return (
    <Section title={t("privacy.words.consents")}>
      <Answered query={log}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mute">{t("customer.noConsents")}</p>
          ) : (
            <Table
              label={t("privacy.words.consents")}
              rows={items}
              keyOf={(row) => `${row.at} ${row.channel} ${row.purpose} ${row.message_id}`}
              columns={[
                { key: "at", head: t("privacy.at"), cell: (row) => format.moment(row.at) },
                { key: "channel", head: t("privacy.words.channel"), cell: (row) => <ChannelName channel={row.channel} /> },
                { key: "purpose", head: t("privacy.words.purpose"), late: true, cell: (row) => word("purpose", row.purpose) },
                { key: "state", head: t("privacy.words.said"), cell: (row) => <Tag tone={row.state === "granted" ? "good" : "warn"}>{word("consent", row.state)}</Tag> },
                { key: "evidence", head: t("privacy.words.evidence"), wide: true, late: true, cell: (row) => evidenceOf(row.evidence) },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}

function TraitHistory({ id }: { id: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const sourceTitle = useSourceTitle();
  const history = useQuery({
    queryKey: ["customer", id, "traits"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers/{customer}/traits", { params: { path: { customer: id } }, signal })),
  });
  return (
    <Section title={t("privacy.words.traits")} note={t("privacy.words.traitsAbout")}>
      <Answered query={history}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mute">{t("customer.noTraits")}</p>
          ) : (
            <Table
              label={t("privacy.words.traits")}
              rows={items}
              keyOf={(row) => `${row.at} ${row.key} ${row.source} ${row.message_id}`}
              columns={[
                { key: "at", head: t("privacy.at"), cell: (row) => format.moment(row.at) },
                { key: "key", head: t("privacy.words.trait"), cell: (row) => (hasWord("trait", row.key) ? word("trait", row.key) : word("identifier", row.key)) },
                { key: "value", head: t("privacy.words.value"), wide: true, cell: (row) => plain(row.value) },
                { key: "source", head: t("privacy.words.source"), late: true, cell: (row) => sourceTitle(row.source) },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}

/** What she said over time: of consent with the evidence, and every value of every trait. */
export function Words({ id }: { id: string }) {
  return (
    <>
      <ConsentLog id={id} />
      <TraitHistory id={id} />
    </>
  );
}
