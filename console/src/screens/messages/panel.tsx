import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { MessageRow } from "../../api/types.ts";
import { ChannelName } from "../../design/channels.tsx";
import { ownName } from "../../i18n/index.ts";
import { useWords } from "../../i18n/words.ts";
import { Answered } from "../../ui/answered.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Panel } from "../../ui/panel.tsx";
import { PreviewFrame } from "../../ui/preview.tsx";

const route = getRouteApi("/shell/messages");

function choice(asked: string | undefined, offered: readonly string[], preferred?: string): string {
  const found = [asked, preferred].find((value) => value !== undefined && offered.includes(value));
  return found ?? offered[0] ?? "";
}

/** A message as the customer sees it, per channel and language. */
export function PreviewPanel({ message, onClose }: { message: MessageRow; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { said } = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const channel = choice(search.channel, message.channels);
  const language = choice(search.language, message.languages, i18n.language);
  const show = (changed: Partial<typeof search>) => void navigate({ search: { ...search, ...changed }, replace: true });
  const preview = useQuery({
    queryKey: ["preview", message.key, channel, language, search.customer],
    queryFn: ({ signal }) =>
      valueOf(
        client.POST("/api/messages/{key}/preview", {
          params: { path: { key: message.key } },
          body: { channel, language, customer: search.customer ?? null },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={said(message.name)} onClose={onClose}>
      <div className="preview-choices">
        <Pick
          label={t("messages.channels")}
          value={channel}
          onChoose={(value) => show({ channel: value })}
          choices={message.channels.map((value) => ({ value, label: <ChannelName channel={value} /> }))}
        />
        <Pick
          label={t("messages.languages")}
          value={language}
          onChoose={(value) => show({ language: value })}
          choices={message.languages.map((value) => ({ value, label: ownName(value) }))}
        />
      </div>
      <Answered query={preview}>{(shown) => <PreviewFrame channel={channel} language={language} preview={shown} />}</Answered>
      <p className="mute small" style={{ marginTop: 12 }}>
        {t("messages.sample")}
      </p>
    </Panel>
  );
}
