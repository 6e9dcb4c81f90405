import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Mailbox } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { tell } from "../../ui/toast.tsx";
import { Chooser } from "./chooser.tsx";
import { MailList, MailReader } from "./mails.tsx";

interface MailboxesProps {
  readonly who: string | undefined;
  readonly mail: string | undefined;
  readonly onChoose: (who: string | undefined, mail?: string) => void;
}

const newest = ({ messages }: Mailbox) => messages.reduce((at, message) => (message.at > at ? message.at : at), "");

function useMailActions(address: string) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["mailboxes"] });
  const open = useMutation({
    mutationFn: (id: string) =>
      valueOf(client.POST("/api/simulator/mailboxes/{address}/{id}/open", { params: { path: { address, id } } })),
    onSuccess: again,
  });
  const unsubscribe = useMutation({
    mutationFn: (id: string) =>
      valueOf(client.POST("/api/simulator/mailboxes/{address}/{id}/unsubscribe", { params: { path: { address, id } } })),
    onSuccess: async () => {
      await again();
      tell(t("simulator.unsubscribed"));
    },
  });
  return { open, unsubscribe };
}

/** The mailboxes that received something. */
export function Mailboxes({ who, mail, onChoose }: MailboxesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const mailboxes = useQuery({
    queryKey: ["mailboxes"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/simulator/mailboxes", { signal })),
    refetchInterval: 2000,
  });
  const sorted = mailboxes.data?.toSorted((one, other) => newest(other).localeCompare(newest(one)));
  const box = sorted?.find(({ address }) => address === who) ?? sorted?.[0];
  const { open, unsubscribe } = useMailActions(box?.address ?? "");
  const read = box?.messages.find(({ id }) => id === mail);
  return (
    <Answered query={mailboxes}>
      {() =>
        box === undefined || sorted === undefined ? (
          <Empty title={t("simulator.noMailboxes.title")}>{t("simulator.noMailboxes.about")}</Empty>
        ) : (
          <div className="beside">
            <Chooser
              label={t("simulator.view.mailboxes")}
              search={t("simulator.findMailbox")}
              chosen={box.address}
              onChoose={(address) => onChoose(address)}
              entries={sorted.map((one) => ({ key: one.address, name: one.address, note: newest(one) && format.moment(newest(one)) }))}
            />
            {read ? (
              <MailReader
                mail={read}
                busy={unsubscribe.isPending}
                onBack={() => onChoose(box.address)}
                onUnsubscribe={() => unsubscribe.mutate(read.id)}
              />
            ) : (
              <MailList
                box={box}
                onRead={(id) => {
                  open.mutate(id);
                  onChoose(box.address, id);
                }}
              />
            )}
          </div>
        )
      }
    </Answered>
  );
}
