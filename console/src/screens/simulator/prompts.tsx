import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { simulator } from "../../api/simulator.ts";
import { Blocks } from "../../ui/blocks.tsx";
import { Answered, Empty } from "../../ui/answered.tsx";
import { Section } from "../../ui/page.tsx";
import "../../ui/preview.css";

const ANSWERS = ["shown", "accepted", "declined"] as const;

/** What the store's associate is asked to say to the customer with this card. */
export function Prompts({ store, card }: { store: string; card: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const prompts = useQuery({
    queryKey: ["prompts", store, card],
    queryFn: ({ signal }) => simulator.prompts(card, store, signal),
    enabled: store !== "" && card !== "",
    refetchInterval: 2000,
  });
  const answer = useMutation({
    mutationFn: ({ id, said }: { id: string; said: string }) => simulator.answer(id, said),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["prompts"] }),
  });
  return (
    <Section title={t("till.prompts")}>
      {card === "" ? (
        <Empty title={t("till.noCard.title")}>{t("till.noCard.about")}</Empty>
      ) : (
        <Answered query={prompts} lines={3}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t("till.noPrompts.title")}>{t("till.noPrompts.about")}</Empty>
            ) : (
              <ul className="prompts">
                {items.map(({ id, title, text, blocks }) => (
                  <li key={id} className="prompt-frame">
                    {title && <p className="prompt-title">{title}</p>}
                    <Blocks blocks={blocks} text={text} />
                    <p className="prompt-answers">
                      {ANSWERS.map((said) => (
                        <Button key={said} variant="default" size="compact-sm" disabled={answer.isPending} onClick={() => answer.mutate({ id, said })}>
                          {t(`till.answer.${said}`)}
                        </Button>
                      ))}
                    </p>
                  </li>
                ))}
              </ul>
            )
          }
        </Answered>
      )}
    </Section>
  );
}
