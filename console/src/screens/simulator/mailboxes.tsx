import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Mailbox, simulator } from "../../api/simulator.ts";
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
    mutationFn: (id: number) => simulator.open(address, id),
    onSuccess: again,
  });
  const unsubscribe = useMutation({
    mutationFn: (id: number) => simulator.unsubscribe(address, id),
    onSuccess: async () => {
      await again();
      tell(t("simulator.unsubscribed"));
    },
  });
  const follow = useMutation({
    mutationFn: ({ id, url }: { id: number; url: string }) => simulator.follow(address, id, url),
    onSuccess: () => tell(t("simulator.pressed")),
  });
  return { open, unsubscribe, follow };
}

/** The mailboxes that received something. */
export function Mailboxes({ who, mail, onChoose }: MailboxesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const mailboxes = useQuery({
    queryKey: ["mailboxes"],
    queryFn: ({ signal }) => simulator.mailboxes(signal),
    refetchInterval: 2000,
  });
  const [first, setFirst] = useState<string>();
  const sorted = mailboxes.data?.toSorted((one, other) => newest(other).localeCompare(newest(one)));
  const box = sorted?.find(({ address }) => address === who) ?? sorted?.find(({ address }) => address === first) ?? sorted?.[0];
  // Whoever is shown first stays, even when somebody else is written to meanwhile.
  useEffect(() => setFirst((kept) => kept ?? box?.address), [box?.address]);
  const { open, unsubscribe, follow } = useMailActions(box?.address ?? "");
  const read = box?.messages.find(({ id }) => String(id) === mail);
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
                busy={unsubscribe.isPending || follow.isPending}
                onBack={() => onChoose(box.address)}
                onFollow={(url) => follow.mutate({ id: read.id, url })}
                onUnsubscribe={() => unsubscribe.mutate(read.id)}
              />
            ) : (
              <MailList
                box={box}
                onRead={(id) => {
                  open.mutate(id);
                  onChoose(box.address, String(id));
                }}
              />
            )}
          </div>
        )
      }
    </Answered>
  );
}
