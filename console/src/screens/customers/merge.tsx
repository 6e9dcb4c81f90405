import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Graph } from "../../api/types.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Section } from "../../ui/page.tsx";
import { useMoved } from "./identity.tsx";

const FEWEST = 2;

function Found({ id, q, chosen, onChoose }: { id: string; q: string; chosen: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["customers", "merge", q],
    enabled: q.trim().length >= FEWEST,
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers", { params: { query: { q, limit: 6 } }, signal })),
  });
  const others = (found.data?.items ?? []).filter((one) => one.id !== id);
  return (
    <fieldset className="separate-list" style={{ border: 0, padding: 0 }}>
      <legend className="hidden-text">{t("why.find")}</legend>
      {others.map((one) => (
        <label key={one.id}>
          <input type="radio" name="other" checked={chosen === one.id} onChange={() => onChoose(one.id)} />
          {one.name} <span className="mute">{one.email ?? one.phone}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Makes this customer and another one the same. */
export function Merge({ id }: { id: string }) {
  const { t } = useTranslation();
  const moved = useMoved();
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState("");
  const [other, setOther] = useState("");
  const [reason, setReason] = useState("");
  const merge = useMutation({
    meta: { quiet: true },
    mutationFn: () => valueOf(client.POST("/api/customers/{customer}/merge", { params: { path: { customer: id } }, body: { other, reason } })),
    onSuccess: async () => {
      setOpen(false);
      setOther("");
      setReason("");
      await moved(t("why.merged"), id);
    },
  });
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("why.merge")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("why.merge")} closeButtonProps={{ "aria-label": t("close") }}>
        <p>{t("why.mergeAbout")}</p>
        <TextInput label={t("why.find")} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
        <Found id={id} q={q} chosen={other} onChoose={setOther} />
        <TextInput label={t("why.reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} mb={16} />
        {merge.isError && <ProblemNote error={merge.error} />}
        <Button mt={8} loading={merge.isPending} disabled={!other || reason.trim() === ""} onClick={() => merge.mutate()}>
          {t("why.mergeDo")}
        </Button>
      </Modal>
    </>
  );
}

/** The merges that people have made, and the way back. */
export function Merges({ id, graph }: { id: string; graph: Graph }) {
  const { t } = useTranslation();
  const moved = useMoved();
  const undo = useMutation({
    mutationFn: (edge: { a: string; b: string }) =>
      valueOf(client.POST("/api/customers/{customer}/unmerge", { params: { path: { customer: id } }, body: { a: edge.a, b: edge.b } })),
    onSuccess: (_, { a }) => moved(t("why.unmerged"), a),
  });
  const merges = graph.edges.filter(({ kind, active }) => kind === "merge" && active);
  if (merges.length === 0) return null;
  const values = new Map(graph.nodes.map(({ iid, value }) => [iid, value]));
  return (
    <Section title={t("why.merges")}>
      <ul className="plain-list">
        {merges.map(({ a, b, evidence }) => (
          <li key={`${a} ${b}`}>
            <span title={evidence}>
              {values.get(a) ?? a} – {values.get(b) ?? b}
            </span>
            <Button variant="default" size="compact-sm" loading={undo.isPending} onClick={() => undo.mutate({ a, b })}>
              {t("why.unmerge")}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
