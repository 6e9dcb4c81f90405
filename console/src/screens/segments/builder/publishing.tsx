import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../../api/client.ts";
import type { Segment } from "../../../api/types.ts";
import { useFormat } from "../../../i18n/format.ts";
import { LANGUAGES, OWN_NAME } from "../../../i18n/index.ts";
import { useWords } from "../../../i18n/words.ts";
import { ProblemNote } from "../../../ui/answered.tsx";
import { Figures } from "../../../ui/bits.tsx";
import { Panel } from "../../../ui/panel.tsx";
import type { Sentence, Speech } from "../sentence.ts";
import { sentenceOf } from "../sentence.ts";
import { closed, type Rule } from "./document.ts";

/** What a segment is called and under which key it is kept. */
export interface Naming {
  readonly key: string;
  readonly name: Readonly<Record<string, string>>;
}

/** The lines of a sentence, indented as it is nested. */
export const linesOf = (sentence: Sentence, depth = 0): string[] => [`${"\u3000".repeat(depth)}${sentence.text}`, ...sentence.parts.flatMap((part) => linesOf(part, depth + 1))];

function Diff({ before, after }: { before: readonly string[]; after: readonly string[] }) {
  const gone = before.filter((line) => !after.includes(line));
  return (
    <ul className="build-diff">
      {gone.map((line, index) => (
        <li key={`-${index}`} className="build-gone">
          <del>{line}</del>
        </li>
      ))}
      {after.map((line, index) => (
        <li key={`+${index}`} className={before.includes(line) ? undefined : "build-new"}>
          {before.includes(line) ? line : <ins>{line}</ins>}
        </li>
      ))}
    </ul>
  );
}

interface PublishingProps {
  readonly whole: Rule;
  readonly live: Segment | undefined;
  readonly naming: Naming;
  readonly speech: Speech;
  readonly onName: (naming: Naming) => void;
  readonly onClose: () => void;
  readonly onPublished: (key: string) => void;
}

/** What publishing would change, in words and in people; then it is published. */
export function Publishing({ whole, live, naming, speech, onName, onClose, onPublished }: PublishingProps) {
  const { t } = useTranslation();
  const { said, word } = useWords();
  const format = useFormat();
  const cache = useQueryClient();
  const definition = { ...closed(whole) };
  const effect = useQuery({
    queryKey: ["segment-builder", "effect", naming.key, definition],
    queryFn: ({ signal }) => valueOf(client.POST("/api/segment-builder/effect", { body: { key: naming.key, definition }, signal })),
    retry: false,
  });
  const publish = useMutation({
    mutationFn: () =>
      valueOf(client.POST("/api/segments", { body: { key: naming.key, name: { ...naming.name }, description: { ...(live?.description ?? {}) }, definition } })),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.DELETE("/api/segment-drafts/{key}", { params: { path: { key: naming.key } } });
      await cache.invalidateQueries();
      onPublished(naming.key);
    },
  });
  const named = Object.values(naming.name).some((text) => text.trim() !== "");
  const found = effect.data;
  return (
    <Panel title={t("builder.publish")} onClose={onClose}>
      {LANGUAGES.map((language) => (
        <TextInput
          key={language}
          mb={8}
          label={t("builder.nameIn", { language: OWN_NAME[language] })}
          value={naming.name[language] ?? ""}
          onChange={(event) => onName({ ...naming, name: { ...naming.name, [language]: event.currentTarget.value } })}
        />
      ))}
      <TextInput
        mb={16}
        label={t("builder.key")}
        description={t("builder.keyAbout")}
        value={naming.key}
        disabled={live !== undefined}
        onChange={(event) => onName({ ...naming, key: event.currentTarget.value })}
      />
      <h3 className="build-head">{t("builder.changes")}</h3>
      <Diff before={live ? linesOf(sentenceOf(live.definition, speech)) : []} after={linesOf(sentenceOf(definition, speech))} />
      <h3 className="build-head">{t("builder.effect")}</h3>
      {effect.error && <ProblemNote error={effect.error} />}
      {found && (
        <>
          <Figures
            facts={[
              { label: t("builder.enter"), value: format.number(found.enter) },
              { label: t("builder.leave"), value: format.number(found.leave) },
              { label: t("builder.stay"), value: format.number(found.stay) },
            ]}
          />
          <p className="mute">{found.users.length === 0 ? t("builder.noUsers") : t("builder.users", { what: format.list(found.users.map((user) => `${word("userKind", user.kind)} ${said(user.name)}`)) })}</p>
        </>
      )}
      {publish.error && <ProblemNote error={publish.error} />}
      <Button mt={16} fullWidth disabled={!named || naming.key === "" || !found} loading={publish.isPending} onClick={() => publish.mutate()}>
        {t("builder.publishNow")}
      </Button>
    </Panel>
  );
}
