import { useTranslation } from "react-i18next";
import type { Preview } from "../api/types.ts";
import { useSession } from "../app/session.ts";
import { Blocks } from "./blocks.tsx";
import { MailBody } from "./mail.tsx";
import "./preview.css";

interface PreviewFrameProps {
  readonly channel: string;
  readonly language: string;
  readonly preview: Preview;
}

/** A rendered message inside the thing she would see it on: a chat, a mail, a prompt on the store's tablet. */
export function PreviewFrame({ channel, language, preview }: PreviewFrameProps) {
  const { t } = useTranslation();
  const { brand } = useSession();
  const blocks = preview.blocks ?? [];
  if (channel === "email") {
    return (
      <div className="mail-frame" lang={language}>
        <header>
          <p className="mail-subject">{preview.subject}</p>
          <p className="mute small">{t("messages.from", { brand: brand.name })}</p>
        </header>
        <MailBody html={preview.html} text={preview.text} title={preview.subject ?? t("messages.mail")} />
      </div>
    );
  }
  if (channel === "line" || channel === "sms") {
    return (
      <div className="chat-frame" lang={language}>
        <p className="chat-who">{brand.name}</p>
        <div className="bubble">
          <Blocks blocks={blocks} text={preview.text} />
        </div>
      </div>
    );
  }
  return (
    <div className="prompt-frame" lang={language}>
      {preview.subject && <p className="prompt-title">{preview.subject}</p>}
      <Blocks blocks={blocks} text={preview.text} />
    </div>
  );
}
