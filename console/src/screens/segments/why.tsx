import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { client, valueOf } from "../../api/client.ts";
import type { Answer, Segment } from "../../api/types.ts";
import { useWords } from "../../i18n/words.ts";
import { ProblemNote } from "../../ui/answered.tsx";
import { Tag } from "../../ui/bits.tsx";
import { Chips } from "../../ui/choices.tsx";
import { Section } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search.tsx";
import "./builder/builder.css";
import { type Speech, sentenceOf } from "./sentence.ts";
import { useSpeech } from "./speech.ts";

type Reasons = Answer<"/api/segments/{key}/customers/{customer}">;

/** A part of the definition: whether she meets it, whether it alone decides, and the events it stands on. */
function Part({ part, speech }: { part: Reasons["parts"][number]; speech: Speech }) {
  const { word } = useWords();
  const { t, format } = speech;
  return (
    <li className={part.met ? "build-met" : "build-unmet"}>
      {part.met ? <Check size={14} aria-label={t("builder.met")} /> : <X size={14} aria-label={t("builder.unmet")} />}
      <div>
        {sentenceOf(part.condition, speech).text} {part.decisive && <Tag tone={part.met ? "good" : "bad"}>{t("segmenting.decides")}</Tag>}
        {part.count === 0 && <p className="mute small">{t("segmenting.standsOn", { count: 0 })}</p>}
        {part.count !== null && part.count > 0 && (
          <details>
            <summary>{t("segmenting.standsOn", { count: part.count })}</summary>
            <ul>
              {part.events.map((event) => (
                <li key={event.message_id}>
                  {word("event", event.name)} · <time dateTime={event.at}>{format.moment(event.at)}</time>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

/** Why somebody is in a segment, or is not: part by part. */
export function Why({ segment }: { segment: Segment }) {
  const { word } = useWords();
  const speech = useSpeech();
  const { t, format } = speech;
  const [typed, setTyped] = useState("");
  const [who, setWho] = useState("");
  const found = useQuery({
    queryKey: ["customers", "named", typed],
    queryFn: ({ signal }) => valueOf(client.GET("/api/customers", { params: { query: { q: typed, limit: 8 } }, signal })),
    enabled: typed.trim() !== "",
  });
  const why = useQuery({
    queryKey: ["why", segment.key, segment.version, who],
    queryFn: ({ signal }) => valueOf(client.GET("/api/segments/{key}/customers/{customer}", { params: { path: { key: segment.key, customer: who } }, signal })),
    enabled: who !== "",
  });
  const people = found.data?.items ?? [];
  return (
    <Section title={t("segmenting.why")}>
      <SearchBox label={t("segmenting.whyWho")} value={typed} onSearch={setTyped} />
      <div className="why-people">
        <Chips label={t("segmenting.whyWho")} chosen={who === "" ? [] : [who]} choices={people.map(({ id, name }) => ({ value: id, label: name }))} onChange={(chosen) => setWho(chosen.at(-1) ?? "")} />
      </div>
      {found.isSuccess && people.length === 0 && <p className="mute">{t("customers.none.title")}</p>}
      {why.error && <ProblemNote error={why.error} />}
      {why.data && (
        <>
          <p className="build-verdict">
            {why.data.member
              ? t("segmenting.isIn", { since: why.data.since ? format.moment(why.data.since) : "–", cause: why.data.cause ? word("cause", why.data.cause) : "–" })
              : t("segmenting.isOut")}
          </p>
          <ul className="build-why">
            {why.data.parts.map((part) => (
              <Part key={part.path} part={part} speech={speech} />
            ))}
          </ul>
          {why.data.parts.some(({ decisive }) => decisive) && <p className="mute small">{t("segmenting.decidesAbout")}</p>}
        </>
      )}
    </Section>
  );
}
