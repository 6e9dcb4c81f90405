import { NativeSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../../api/client.ts";
import { may } from "../../../app/nav.ts";
import { useSession } from "../../../app/session.ts";
import { useFormat } from "../../../i18n/format.ts";
import { useWords } from "../../../i18n/words.ts";
import { Fresh } from "../../../ui/bits.tsx";
import { Section } from "../../../ui/page.tsx";
import type { Speech } from "../sentence.ts";
import { sentenceOf } from "../sentence.ts";
import { partsOf, type Rule } from "./document.ts";

const PAUSE_MS = 350;

/** The count of a definition that is being written: asked a moment after the last change, an older question is given up. */
export function useFunnel(whole: Rule) {
  const [definition] = useDebouncedValue(whole, PAUSE_MS);
  return useQuery({
    queryKey: ["segment-builder", "funnel", definition],
    queryFn: ({ signal }) => valueOf(client.POST("/api/segment-builder/funnel", { body: { definition: { ...definition } }, signal })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

type Found = NonNullable<ReturnType<typeof useFunnel>["data"]>;

function Bar({ name, count, of, strong = false }: { name: string; count: number; of: number; strong?: boolean }) {
  const format = useFormat();
  return (
    <li className={strong ? "funnel-step funnel-step-strong" : "funnel-step"}>
      <span className="funnel-name">{name}</span>
      <span className="funnel-count">{format.number(count)}</span>
      <span className="funnel-bar" aria-hidden>
        <span style={{ width: `${of > 0 ? Math.max((100 * count) / of, count > 0 ? 0.5 : 0) : 0}%` }} />
      </span>
    </li>
  );
}

/** A part of the rule on one line, with what it is made of. */
function nameOfPart(rule: Rule | undefined, speech: Speech): string {
  const { text, parts } = sentenceOf(rule, speech);
  return parts.length === 0 ? text : speech.t("builder.partOf", { what: text, parts: parts.map((part) => part.text).join(speech.t("builder.next")) });
}

/** Everybody, rule by rule, and who can be reached on each channel. */
export function FunnelView({ found, stale, whole, speech }: { found: Found; stale: boolean; whole: Rule; speech: Speech }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const parts = partsOf(whole);
  const inRow = whole.type === "all" && found.rungs.length === parts.length;
  return (
    <div aria-busy={stale} className={stale ? "funnel-stale" : undefined}>
      <ol className="funnel">
        <Bar name={t("builder.everybody")} count={found.everybody} of={found.everybody} />
        {inRow && found.rungs.map((rung, index) => <Bar key={rung.path} name={nameOfPart(parts[index], speech)} count={rung.left} of={found.everybody} />)}
        <Bar strong name={t("builder.inSegment")} count={found.size} of={found.everybody} />
        {Object.entries(found.reachable).map(([channel, count]) => (
          <Bar key={channel} name={t("builder.reachable", { channel: word("channel", channel) })} count={count} of={found.everybody} />
        ))}
      </ol>
      <Fresh at={found.newest ?? found.as_of} />
    </div>
  );
}

/** Some customers who would be in, and why one of them is or is not. */
export function Tried({ whole, speech }: { whole: Rule; speech: Speech }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const [definition] = useDebouncedValue(whole, PAUSE_MS * 2);
  const [chosen, setChosen] = useState<{ id: string; name: string }>();
  const sees = may(person.permissions, "customers:read");
  const sample = useQuery({
    queryKey: ["segment-builder", "sample", definition],
    queryFn: ({ signal }) => valueOf(client.POST("/api/segment-builder/sample", { body: { definition: { ...definition } }, signal })),
    enabled: sees,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const tried = useQuery({
    queryKey: ["segment-builder", "try", definition, chosen?.id],
    queryFn: ({ signal }) => valueOf(client.POST("/api/segment-builder/try", { body: { definition: { ...definition }, customer: chosen?.id ?? "" }, signal })),
    enabled: sees && chosen !== undefined,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const rows = sample.data?.items ?? [];
  if (!sees || (rows.length === 0 && chosen === undefined)) return null;
  const all = chosen && !rows.some(({ id }) => id === chosen.id) ? [chosen, ...rows] : rows;
  return (
    <Section title={t("builder.asCustomer")}>
      <NativeSelect
        size="xs"
        aria-label={t("builder.asCustomer")}
        value={chosen?.id ?? ""}
        onChange={(event) => setChosen(all.find(({ id }) => id === event.currentTarget.value))}
        data={[{ value: "", label: t("builder.chooseCustomer") }, ...all.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      {chosen && tried.data && (
        <>
          <p className="build-verdict">
            {tried.data.met ? t("builder.wouldBeIn", { name: chosen.name }) : t("builder.wouldBeOut", { name: chosen.name })}{" "}
            <Link to="/customers/$id" params={{ id: chosen.id }}>
              {t("builder.openCustomer")}
            </Link>
          </p>
          <ul className="build-why">
            {tried.data.parts.map((part) => (
              <li key={part.path} className={part.met ? "build-met" : "build-unmet"}>
                {part.met ? <Check size={14} aria-label={t("builder.met")} /> : <X size={14} aria-label={t("builder.unmet")} />}
                {sentenceOf(part.condition, speech).text}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
