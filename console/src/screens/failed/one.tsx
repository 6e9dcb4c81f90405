import { Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../api/client.ts";
import type { Answer } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { useSourceNames } from "../../names/sources.ts";
import { Answered, ProblemNote } from "../../ui/answered.tsx";
import { Pairs, Tag } from "../../ui/bits.tsx";
import { Panel } from "../../ui/panel.tsx";
import { tell } from "../../ui/toast.tsx";
import "./failed.css";
import { markedPlaces, payloadLines } from "./lines.ts";

type Looked = Answer<"/api/failed-events/{failed}">;
type Verdict = Looked["verdict"];

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pretty = (text: string): string => {
  const content = contentOf(text);
  return content === undefined ? text : JSON.stringify(content, null, 2);
};

function Payload({ text, faults }: { text: string; faults: Verdict["faults"] }) {
  const { t } = useTranslation();
  const content = contentOf(text);
  const marked = markedPlaces(content, faults);
  const lines = content === undefined ? [{ text, path: "" }] : payloadLines(content);
  return (
    <pre className="payload" tabIndex={0} aria-label={t("failed.payload")}>
      {lines.map((line, index) => (marked.has(line.path) ? <mark key={index}>{line.text}</mark> : <span key={index}>{line.text}</span>))}
    </pre>
  );
}

function Judgement({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  /** What was expected, as the plan has it in JSON: types by their names, values as they are. */
  const expectedIn = (kind: string, expected: string): string => {
    const found = contentOf(expected);
    const several = Array.isArray(found) ? found.map(String) : typeof found === "string" ? [found] : [expected];
    return format.either(kind === "wrong_type" ? several.map((type) => word("type", type)) : several);
  };
  return (
    <div role="status" className="judgement">
      <Tag tone={verdict.passes ? "good" : "bad"}>{t(verdict.passes ? "failed.passes" : "failed.fails")}</Tag>
      {!verdict.passes && verdict.faults.length === 0 && <p>{t("named", { of: word("failReason", verdict.reason), what: verdict.detail })}</p>}
      {verdict.faults.length > 0 && (
        <ul className="faults">
          {verdict.faults.map(({ kind, property, expected }) => (
            <li key={`${kind} ${property}`}>
              <code>{property}</code> {word("fault", kind)} {expected && kind !== "missing" && <span className="mute">{t("failed.expected", { what: expectedIn(kind, expected) })}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface ActionsProps {
  readonly looked: Looked;
  readonly onDone: (words: string) => Promise<void>;
}

/** Repairs the one and sends it again, or puts it out of the way. */
function Actions({ looked: { failed, verdict }, onDone }: ActionsProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => pretty(failed.content));
  const path = { params: { path: { failed: failed.id } } };
  const quiet = { meta: { quiet: true } };
  const attempt = useMutation({ ...quiet, mutationFn: () => valueOf(client.PUT("/api/failed-events/{failed}", { ...path, body: { content: text, dry_run: true } })) });
  const save = useMutation({ ...quiet, mutationFn: () => valueOf(client.PUT("/api/failed-events/{failed}", { ...path, body: { content: text, dry_run: false } })), onSuccess: () => onDone(t("failed.saved")) });
  const replay = useMutation({ ...quiet, mutationFn: () => valueOf(client.POST("/api/failed-events/{failed}/replay", path)), onSuccess: () => onDone(t("failed.replayed")) });
  const discard = useMutation({ ...quiet, mutationFn: () => valueOf(client.POST("/api/failed-events/{failed}/discard", path)), onSuccess: () => onDone(t("failed.discardedOne")) });
  const restore = useMutation({ ...quiet, mutationFn: () => valueOf(client.POST("/api/failed-events/{failed}/restore", path)), onSuccess: () => onDone(t("failed.restoredOne")) });
  const error = attempt.error ?? save.error ?? replay.error ?? discard.error ?? restore.error;
  if (failed.state === "discarded")
    return (
      <div className="failed-actions">
        <Button variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
          {t("failed.restore")}
        </Button>
      </div>
    );
  if (failed.state !== "open") return null;
  return (
    <>
      <Textarea className="failed-edit" label={t("failed.edit")} autosize minRows={6} maxRows={20} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {attempt.data && <Judgement verdict={attempt.data.verdict} />}
      {error !== null && <ProblemNote error={error} />}
      <div className="failed-actions">
        <Button variant="default" loading={attempt.isPending} onClick={() => attempt.mutate()}>
          {t("failed.try")}
        </Button>
        <Button variant="default" loading={save.isPending} disabled={text === pretty(failed.content)} onClick={() => save.mutate()}>
          {t("failed.save")}
        </Button>
        <Button loading={replay.isPending} disabled={!verdict.passes || text !== pretty(failed.content)} onClick={() => replay.mutate()}>
          {t("failed.replay")}
        </Button>
        <Button variant="subtle" color="gray" loading={discard.isPending} onClick={() => discard.mutate()}>
          {t("failed.discard")}
        </Button>
      </div>
    </>
  );
}

/** One failed event: its payload with the fault marked, and what can be done with it. */
export function FailedPanel({ id, mayWrite, onClose }: { id: string; mayWrite: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const queries = useQueryClient();
  const sources = useSourceNames();
  const looked = useQuery({
    queryKey: ["failed", "one", id],
    queryFn: ({ signal }) => valueOf(client.GET("/api/failed-events/{failed}", { params: { path: { failed: Number(id) } }, signal })),
  });
  const done = async (words: string) => {
    await queries.invalidateQueries({ queryKey: ["failed"] });
    tell(words);
  };
  return (
    <Panel title={t("failed.one", { id })} onClose={onClose}>
      <Answered query={looked} lines={8}>
        {(found) => (
          <>
            <Pairs
              facts={[
                { label: t("failed.event"), value: found.failed.name || t("failed.noName") },
                { label: t("failed.source"), value: sources.get(found.failed.source) ?? found.failed.source },
                { label: t("failed.received"), value: format.moment(found.failed.received_at) },
                { label: t("failed.states"), value: word("failedState", found.failed.state), note: found.failed.result ? word("failedResult", found.failed.result) : undefined },
              ]}
            />
            <Judgement verdict={found.verdict} />
            <Payload text={found.failed.content} faults={found.verdict.faults} />
            {found.failed.original !== null && (
              <details>
                <summary>{t("failed.original")}</summary>
                <Payload text={found.failed.original} faults={[]} />
              </details>
            )}
            {mayWrite && <Actions key={`${found.failed.content}${found.failed.state}`} looked={found} onDone={done} />}
          </>
        )}
      </Answered>
    </Panel>
  );
}
