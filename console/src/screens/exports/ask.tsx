import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Export } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { segmentsQuery } from "../../names/names.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Panel } from "../../ui/panel.tsx";
import { tell } from "../../ui/toast.tsx";
import "./ask.css";

const WHATS = ["customers", "events", "audience"] as const;
const FORMS = ["csv", "jsonl", "parquet"] as const;
const TAKERS = ["meta", "google", "tiktok", "email", "sms", "line"] as const;

// Advertising platforms: they take hashes, and make lookalikes of them.
const HASHED = new Set<string>(["meta", "google", "tiktok"]);

/** What is to leave, in which form and for whom. */
export function Ask({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { word, said } = useWords();
  const queries = useQueryClient();
  const segments = useQuery(segmentsQuery);
  const [what, setWhat] = useState<Export["what"]>("customers");
  const [form, setForm] = useState<Export["form"]>("csv");
  const [segment, setSegment] = useState("");
  const [taker, setTaker] = useState<(typeof TAKERS)[number]>("meta");
  const [seed, setSeed] = useState(false);
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const ask = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      valueOf(
        client.POST("/api/exports", {
          body: {
            what,
            form,
            segment: what === "events" ? "" : segment,
            taker: what === "audience" ? taker : null,
            seed: what === "audience" && seed && HASHED.has(taker),
            since: what === "events" && since !== "" ? since : null,
            until: what === "events" && until !== "" ? until : null,
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["exports"] });
      tell(t("exports.asked"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  const named = (segments.data?.items ?? []).map((one) => ({ value: one.key, label: said(one.name) }));
  return (
    <Panel title={t("exports.ask")} onClose={onClose}>
      <form className="export-form" onSubmit={submit}>
        <NativeSelect label={t("exports.what")} value={what} onChange={(event) => setWhat(WHATS.find((one) => one === event.currentTarget.value) ?? what)} data={WHATS.map((value) => ({ value, label: word("exported", value) }))} />
        {what !== "events" && (
          <NativeSelect
            label={t("exports.segment")}
            value={segment}
            onChange={(event) => setSegment(event.currentTarget.value)}
            data={[{ value: "", label: what === "audience" ? "–" : t("exports.everybody") }, ...named]}
          />
        )}
        {what === "audience" && (
          <NativeSelect
            label={t("exports.taker")}
            description={t("exports.consent")}
            value={taker}
            onChange={(event) => setTaker(TAKERS.find((one) => one === event.currentTarget.value) ?? taker)}
            data={TAKERS.map((value) => ({ value, label: word("taker", value) }))}
          />
        )}
        {what === "audience" && HASHED.has(taker) && <Checkbox label={t("exports.seed")} description={t("exports.seedAbout")} checked={seed} onChange={(event) => setSeed(event.currentTarget.checked)} />}
        {what === "events" && (
          <>
            <TextInput type="date" label={t("exports.since")} value={since} onChange={(event) => setSince(event.currentTarget.value)} required withAsterisk={false} />
            <TextInput type="date" label={t("exports.until")} value={until} onChange={(event) => setUntil(event.currentTarget.value)} required withAsterisk={false} />
          </>
        )}
        <NativeSelect label={t("exports.form")} value={form} onChange={(event) => setForm(FORMS.find((one) => one === event.currentTarget.value) ?? form)} data={FORMS.map((value) => ({ value, label: word("fileForm", value) }))} />
        {ask.error !== null && <ProblemNote error={ask.error} />}
        <Button type="submit" loading={ask.isPending} disabled={what === "audience" && segment === ""}>
          {t("exports.make")}
        </Button>
      </form>
    </Panel>
  );
}
