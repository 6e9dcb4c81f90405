import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Pick } from "../../ui/choices.tsx";
import { Panel } from "../../ui/panel.tsx";
import "./sources.css";

const KINDS = ["web", "server", "connector"] as const;
type Kind = (typeof KINDS)[number];
const KEY = "[a-z][a-z0-9_]{0,62}";

/** Makes a source; its key is shown next. */
export function MakePanel({ onMade, onClose }: { onMade: (key: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [kind, setKind] = useState<Kind>("web");
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/sources", { body: { key, name: name.trim(), kind } })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["sources"] });
      onMade(made.key);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Panel title={t("sources.make")} onClose={onClose}>
      <form className="source-form" onSubmit={submit}>
        <TextInput label={t("sources.name")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} />
        <TextInput
          label={t("sources.key")}
          description={t("sources.keyAbout")}
          value={key}
          pattern={KEY}
          onChange={(event) => setKey(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoComplete="off"
        />
        <Pick label={t("sources.kind")} value={kind} onChoose={setKind} choices={KINDS.map((value) => ({ value, label: word("sourceKind", value) }))} />
        <p className="mute small">{t(`sources.kindAbout.${kind}`)}</p>
        {make.isError && <ProblemNote error={make.error} />}
        <Button type="submit" loading={make.isPending}>
          {t("sources.makeDo")}
        </Button>
      </form>
    </Panel>
  );
}
