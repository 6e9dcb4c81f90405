import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import "../team/team.css";

const KINDS = ["export", "erase"] as const;
const IDENTIFIERS = ["email", "phone", "user_id", "loyalty_card", "line_user_id"] as const;

interface AskPanelProps {
  readonly onClose: () => void;
  readonly onAsked: (id: number) => void;
}

/** Asks for a customer's file or her erasure, by any of her identifiers. */
export function AskPanel({ onClose, onAsked }: AskPanelProps) {
  const { t } = useTranslation();
  const { word } = useWords();
  const queries = useQueryClient();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("export");
  const [by, setBy] = useState<string>("email");
  const [identifier, setIdentifier] = useState("");
  const [reason, setReason] = useState("");
  const ask = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(client.POST("/api/privacy/requests", { body: { kind, identifier_kind: by, identifier: identifier.trim(), reason } })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["privacy", "requests"] });
      onAsked(id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Panel title={t("privacy.ask")} onClose={onClose}>
      <form className="team-form" onSubmit={submit}>
        <NativeSelect
          label={t("privacy.what")}
          description={t(`privacy.kindAbout.${kind}`)}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value === "erase" ? "erase" : "export")}
          data={KINDS.map((value) => ({ value, label: t(`privacy.kind.${value}`) }))}
        />
        <NativeSelect
          label={t("privacy.identifierKind")}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
          data={IDENTIFIERS.map((value) => ({ value, label: word("identifier", value) }))}
        />
        <TextInput label={t("privacy.identifier")} value={identifier} onChange={(event) => setIdentifier(event.currentTarget.value)} required withAsterisk={false} />
        <Textarea label={t("privacy.reason")} description={t("privacy.reasonAbout")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {ask.isError && <ProblemNote error={ask.error} />}
        <Button type="submit" loading={ask.isPending}>
          {t("privacy.askDo")}
        </Button>
      </form>
    </Panel>
  );
}
