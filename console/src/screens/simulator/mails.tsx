import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Letter, Mailbox } from "../../api/simulator.ts";
import { useFormat } from "../../i18n/format.ts";
import { MailBody } from "../../ui/mail.tsx";
import { Table } from "../../ui/table.tsx";
import "../../ui/preview.css";

/** The mails of one box; opening one counts as opened. */
export function MailList({ box, onRead }: { box: Mailbox; onRead: (id: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table
      label={t("simulator.mailsOf", { address: box.address })}
      rows={box.messages.toSorted((one, other) => other.at.localeCompare(one.at))}
      keyOf={(mail) => String(mail.id)}
      onOpen={(mail) => onRead(mail.id)}
      columns={[
        {
          key: "subject",
          head: t("simulator.subject"),
          wide: true,
          cell: (mail) => (
            <button type="button" className="link-button" style={{ fontWeight: mail.opened ? 400 : 600 }} onClick={() => onRead(mail.id)}>
              {mail.subject}
            </button>
          ),
        },
        { key: "opened", head: t("simulator.opened"), cell: (mail) => (mail.opened ? t("yes") : t("no")) },
        { key: "at", head: t("simulator.at"), number: true, cell: (mail) => format.moment(mail.at) },
      ]}
    />
  );
}

interface MailReaderProps {
  readonly mail: Letter;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onFollow: (url: string) => void;
  readonly onUnsubscribe: () => void;
}

/** One mail, and the one-click unsubscribe that her mail program offers. */
export function MailReader({ mail, busy, onBack, onFollow, onUnsubscribe }: MailReaderProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const leavable = Object.keys(mail.headers).some((name) => name.toLowerCase() === "list-unsubscribe");
  return (
    <div>
      <div className="mail-tools">
        <Button variant="default" size="compact-sm" onClick={onBack}>
          {t("simulator.backToMails")}
        </Button>
        {leavable && (
          <Button variant="default" size="compact-sm" loading={busy} onClick={onUnsubscribe}>
            {t("simulator.unsubscribe")}
          </Button>
        )}
      </div>
      <div className="mail-frame">
        <header>
          <p className="mail-subject">{mail.subject}</p>
          <p className="mute small">{format.moment(mail.at)}</p>
        </header>
        <MailBody html={mail.html} text={mail.text} title={mail.subject} />
      </div>
      {mail.links.length > 0 && (
        <>
          <p className="mute small mail-links">{t("simulator.links")}</p>
          <ul className="mail-link-list">
            {mail.links.map((url) => (
              <li key={url}>
                <button type="button" className="link-button" disabled={busy} onClick={() => onFollow(url)}>
                  {url}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
