import { Button, NumberInput, Switch, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { PrivacyRules } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { Answered, ProblemNote } from "../../ui/answered.tsx";
import { Pairs, Tag } from "../../ui/bits.tsx";
import { Section } from "../../ui/page.tsx";
import { tell } from "../../ui/toast.tsx";
import "../team/team.css";

type Receipt = Record<string, never>;

function readReceipt(text: string): Receipt | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Receipt) : undefined;
  } catch {
    return undefined;
  }
}

function Check() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const receipt = readReceipt(text);
  const check = useMutation({
    meta: { quiet: true },
    mutationFn: (said: Receipt) => valueOf(client.POST("/api/privacy/verify", { body: { receipt: said } })),
  });
  return (
    <Section title={t("privacy.proofs.check")}>
      <div className="team-form">
        <Textarea
          label={t("privacy.proofs.paste")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          minRows={6}
          autosize
          maxRows={16}
          error={text !== "" && receipt === undefined && t("privacy.proofs.notJson")}
        />
        {check.isError && <ProblemNote error={check.error} />}
        {check.data && (
          <p role="status">
            <Tag tone={check.data.holds ? "good" : "bad"}>
              {t(check.data.holds ? "privacy.proofs.holds" : check.data.signed ? "privacy.proofs.notOurs" : "privacy.proofs.changed")}
            </Tag>
          </p>
        )}
        <div>
          <Button disabled={receipt === undefined} loading={check.isPending} onClick={() => receipt && check.mutate(receipt)}>
            {t("privacy.proofs.checkDo")}
          </Button>
        </div>
      </div>
    </Section>
  );
}

function RulesForm({ rules }: { rules: PrivacyRules }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [now, setNow] = useState(rules);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.PUT("/api/privacy/rules", { body: now })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["privacy", "rules"] });
      tell(t("privacy.proofs.saved"));
    },
  });
  return (
    <div className="team-form" style={{ justifyItems: "start" }}>
      <Switch label={t("privacy.proofs.twoPeople")} checked={now.two_people} onChange={(event) => setNow({ ...now, two_people: event.currentTarget.checked })} />
      <Switch label={t("privacy.proofs.mayReturn")} checked={now.live_may_return} onChange={(event) => setNow({ ...now, live_may_return: event.currentTarget.checked })} />
      <NumberInput label={t("privacy.proofs.fileDays")} value={now.file_days} onChange={(days) => setNow({ ...now, file_days: Number(days) })} min={1} max={90} allowDecimal={false} />
      {save.isError && <ProblemNote error={save.error} />}
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
        {t("privacy.proofs.save")}
      </Button>
    </div>
  );
}

/** Checking a receipt, the brand's rules, the public key, and what was turned away. */
export function Proofs({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const standing = useQuery({
    queryKey: ["privacy", "rules"],
    queryFn: ({ signal }) => valueOf(client.GET("/api/privacy/rules", { signal })),
  });
  const yes = (holds: boolean) => t(holds ? "privacy.yes" : "privacy.no");
  return (
    <>
      <Check />
      <Answered query={standing}>
        {({ rules, public_key, turned_away }) => (
          <Section title={t("privacy.proofs.rules")}>
            {mayWrite && <RulesForm rules={rules} />}
            <div style={{ marginTop: 16 }}><Pairs
              facts={[
                ...(mayWrite
                  ? []
                  : [
                      { label: t("privacy.proofs.twoPeople"), value: yes(rules.two_people) },
                      { label: t("privacy.proofs.mayReturn"), value: yes(rules.live_may_return) },
                      { label: t("privacy.proofs.fileDays"), value: format.number(rules.file_days) },
                    ]),
                { label: t("privacy.proofs.turnedAway"), value: format.number(turned_away.reduce((sum, one) => sum + one.events, 0)), note: t("privacy.proofs.turnedAwayAbout") },
                { label: t("privacy.proofs.key"), value: <code style={{ overflowWrap: "anywhere" }}>{public_key}</code> },
              ]}
            /></div>
          </Section>
        )}
      </Answered>
    </>
  );
}
