import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Phone, simulator } from "../../api/simulator.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, Empty } from "../../ui/answered.tsx";
import { tell } from "../../ui/toast.tsx";
import { Chooser } from "./chooser.tsx";
import { PhoneScreen } from "./phone.tsx";

interface PhonesProps {
  readonly who: string | undefined;
  readonly onChoose: (who: string) => void;
}

const newest = (phone: Phone) => phone.messages.reduce((at, message) => (message.at > at ? message.at : at), "");

function usePress(phone: string) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["phones"] });
  const reply = useMutation({
    mutationFn: (text: string) => simulator.reply(phone, text),
    onSuccess: again,
  });
  const block = useMutation({
    mutationFn: () => simulator.block(phone),
    onSuccess: again,
  });
  const click = useMutation({
    mutationFn: ({ message, url }: { message: number; url: string }) => simulator.press(phone, message, url),
    onSuccess: () => tell(t("simulator.pressed")),
  });
  return { reply, block, click };
}

/** The LINE phones of the demo's customers. */
export function Phones({ who, onChoose }: PhonesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const phones = useQuery({
    queryKey: ["phones"],
    queryFn: ({ signal }) => simulator.phones(signal),
    refetchInterval: 2000,
  });
  const [first, setFirst] = useState<string>();
  const sorted = phones.data?.toSorted((one, other) => newest(other).localeCompare(newest(one)));
  const phone = sorted?.find(({ line_user_id }) => line_user_id === who) ?? sorted?.find(({ line_user_id }) => line_user_id === first) ?? sorted?.[0];
  // Whoever is shown first stays, even when somebody else is written to meanwhile.
  useEffect(() => setFirst((kept) => kept ?? phone?.line_user_id), [phone?.line_user_id]);
  const { reply, block, click } = usePress(phone?.line_user_id ?? "");
  return (
    <Answered query={phones}>
      {() =>
        phone === undefined || sorted === undefined ? (
          <Empty title={t("simulator.noPhones.title")}>{t("simulator.noPhones.about")}</Empty>
        ) : (
          <div className="beside">
            <Chooser
              label={t("simulator.view.phones")}
              search={t("simulator.findPhone")}
              chosen={phone.line_user_id}
              onChoose={onChoose}
              entries={sorted.map((one) => ({
                key: one.line_user_id,
                name: one.name || one.line_user_id,
                note: newest(one) ? format.moment(newest(one)) : t("simulator.nothingYet"),
              }))}
            />
            <PhoneScreen
              phone={phone}
              busy={reply.isPending || block.isPending}
              onReply={(text) => reply.mutate(text)}
              onBlock={() => block.mutate()}
              onPress={(message, url) => click.mutate({ message, url })}
            />
          </div>
        )
      }
    </Answered>
  );
}
