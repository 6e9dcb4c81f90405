import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { MessageRow } from "../../api/types.ts";
import { ChannelIcons } from "../../design/channels.tsx";
import { ownName } from "../../i18n/index.ts";
import { useWords } from "../../i18n/words.ts";
import { messagesQuery } from "../../names/names.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { PreviewPanel } from "./panel.tsx";

const route = getRouteApi("/shell/messages");

function MessageTable({ items, onOpen }: { items: readonly MessageRow[]; onOpen: (key: string | undefined) => void }) {
  const { t } = useTranslation();
  const { word, said } = useWords();
  const { message } = route.useSearch();
  return (
    <Table
      label={t("nav.item.messages")}
      rows={items}
      keyOf={(row) => row.key}
      chosen={message}
      onOpen={(row) => onOpen(row.key)}
      columns={[
        {
          key: "name",
          head: t("messages.name"),
          wide: true,
          cell: (row) => (
            <button type="button" className="link-button" onClick={() => onOpen(row.key)}>
              {said(row.name)}
            </button>
          ),
        },
        { key: "purpose", head: t("messages.purpose"), late: true, cell: (row) => word("purpose", row.purpose) },
        { key: "channels", head: t("messages.channels"), cell: (row) => <ChannelIcons channels={row.channels} /> },
        { key: "languages", head: t("messages.languages"), late: true, cell: (row) => row.languages.map(ownName).join(" · ") },
      ]}
    />
  );
}

/** What the brand says: one thing to say, in a variant per channel and language. */
export function Messages() {
  const { t } = useTranslation();
  const { message } = route.useSearch();
  const navigate = route.useNavigate();
  const messages = useQuery(messagesQuery);
  const open = (key: string | undefined) => void navigate({ search: { message: key } });
  return (
    <Page title={t("nav.item.messages")} about={t("messages.about")}>
      <Answered query={messages}>
        {({ items }) => {
          const chosen = items.find(({ key }) => key === message);
          return items.length === 0 ? (
            <Empty title={t("messages.empty.title")}>{t("messages.empty.about")}</Empty>
          ) : (
            <>
              <MessageTable items={items} onOpen={open} />
              {chosen && <PreviewPanel key={chosen.key} message={chosen} onClose={() => open(undefined)} />}
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
