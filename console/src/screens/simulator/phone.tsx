import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Phone } from "../../api/simulator.ts";
import { useFormat } from "../../i18n/format.ts";
import { Blocks } from "../../ui/blocks.tsx";
import { sends } from "../../ui/composing.ts";
import { Tag } from "../../ui/bits.tsx";
import "../../ui/preview.css";

interface PhoneScreenProps {
  readonly phone: Phone;
  readonly busy: boolean;
  readonly onReply: (text: string) => void;
  readonly onBlock: () => void;
  readonly onPress: (message: number, url: string) => void;
}

/** Writes an answer; Enter sends it, but not while a character is being composed. */
export function ReplyBox({ busy, onReply }: { busy: boolean; onReply: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const send = () => {
    if (text.trim() === "") return;
    onReply(text.trim());
    setText("");
  };
  return (
    <div className="reply">
      <TextInput
        aria-label={t("simulator.reply")}
        placeholder={t("simulator.reply")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => sends(event) && send()}
      />
      <Button loading={busy} disabled={text.trim() === ""} onClick={send}>
        {t("simulator.send")}
      </Button>
    </div>
  );
}

/** One phone: the chat with the brand, newest below. */
export function PhoneScreen({ phone, busy, onReply, onBlock, onPress }: PhoneScreenProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const messages = phone.messages.toSorted((one, other) => one.at.localeCompare(other.at));
  return (
    <section className="phone" aria-label={t("simulator.phoneOf", { name: phone.name || phone.line_user_id })}>
      <header>
        <span className="chooser-name">{phone.name || phone.line_user_id}</span>
        {phone.blocked ? (
          <Tag tone="warn">{t("simulator.blocked")}</Tag>
        ) : (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onBlock} disabled={busy}>
            {t("simulator.block")}
          </Button>
        )}
      </header>
      <ol className="chat" tabIndex={0} aria-label={t("simulator.chat")}>
        {messages.length === 0 && <li className="mute">{t("simulator.noMessages")}</li>}
        {messages.map((message) => (
          <li key={message.id}>
            <div className={message.from === "customer" ? "bubble bubble-mine" : "bubble"}>
              <Blocks blocks={message.blocks} text={message.text} onPress={(url) => onPress(message.id, url)} />
            </div>
            <time className={message.from === "customer" ? "mute small chat-mine" : "mute small"} dateTime={message.at}>
              {format.moment(message.at)}
            </time>
          </li>
        ))}
      </ol>
      <ReplyBox busy={busy} onReply={onReply} />
    </section>
  );
}
