import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Graph } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { useMoved } from "./identity.tsx";

interface SeparateProps {
  readonly id: string;
  readonly nodes: Graph["nodes"];
}

function IdentifierChoice({ nodes, chosen, onChange }: { nodes: Graph["nodes"]; chosen: string[]; onChange: (iids: string[]) => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <fieldset className="separate-list" style={{ border: 0, padding: 0 }}>
      <legend className="hidden-text">{t("identity.choose")}</legend>
      {nodes.map(({ iid, kind, value }) => (
        <label key={iid}>
          <input
            type="checkbox"
            checked={chosen.includes(iid)}
            onChange={() => onChange(chosen.includes(iid) ? chosen.filter((other) => other !== iid) : [...chosen, iid])}
          />
          <span className="mute">{word("identifier", kind)}</span> {value}
        </label>
      ))}
    </fieldset>
  );
}

const STRONGEST = ["user_id", "loyalty_card", "email", "phone", "line_user_id"];

/** The best known identifier of those that stay: the reader stays with the customer she was looking at. */
export function staying(nodes: Graph["nodes"], leaving: readonly string[]): string | undefined {
  const rank = (kind: string) => (STRONGEST.indexOf(kind) + STRONGEST.length + 1) % (STRONGEST.length + 1);
  const [best] = nodes.filter(({ iid }) => !leaving.includes(iid)).toSorted((one, other) => rank(one.kind) - rank(other.kind));
  return best?.iid;
}

/** Takes identifiers that belong to someone else out of this customer. */
export function Separate({ id, nodes }: SeparateProps) {
  const { t } = useTranslation();
  const moved = useMoved();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [reason, setReason] = useState("");
  const separate = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(
        client.POST("/api/customers/{customer}/separate", { params: { path: { customer: id } }, body: { identifiers: chosen, reason } }),
      ),
    onSuccess: async () => {
      setOpen(false);
      setChosen([]);
      setReason("");
      await moved(t("identity.separated"), staying(nodes, chosen) ?? id);
    },
  });
  if (nodes.length < 2) return null;
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("identity.separate")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("identity.separate")} closeButtonProps={{ "aria-label": t("close") }}>
        <p>{t("identity.separateAbout")}</p>
        <IdentifierChoice nodes={nodes} chosen={chosen} onChange={setChosen} />
        <TextInput label={t("identity.reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} mb={16} />
        {separate.isError && <ProblemNote error={separate.error} />}
        <Button
          mt={8}
          loading={separate.isPending}
          disabled={chosen.length === 0 || chosen.length === nodes.length || reason.trim() === ""}
          onClick={() => separate.mutate()}
        >
          {t("identity.separateDo", { count: chosen.length })}
        </Button>
      </Modal>
    </>
  );
}
