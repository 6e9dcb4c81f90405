import { ActionIcon, Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, Redo2, Undo2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import type { Segment } from "../../../api/types.ts";
import { useWords } from "../../../i18n/words.ts";
import { Bones, ProblemNote } from "../../../ui/answered.tsx";
import { Tabs } from "../../../ui/choices.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { tell } from "../../../ui/toast.tsx";
import { sentenceOf } from "../sentence.ts";
import { useSpeech } from "../speech.ts";
import "./builder.css";
import { begun, moved, opened, redone, type Rule, undone } from "./document.ts";
import { FunnelView, Tried, useFunnel } from "./funnel.tsx";
import { GroupPart } from "./group.tsx";
import { linesOf, type Naming, Publishing } from "./publishing.tsx";

const route = getRouteApi("/shell/segment-builder");

interface Start {
  readonly rule: Rule;
  readonly naming: Naming;
  readonly live: Segment | undefined;
}

function given(text: string | undefined): unknown {
  try {
    return text === undefined ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}

async function startOf(key: string | undefined, copy: boolean, text: string | undefined): Promise<Start> {
  if (key === undefined) return { rule: opened(given(text)), naming: { key: "", name: {} }, live: undefined };
  const path = { params: { path: { key } } };
  const drafts = await valueOf(client.GET("/api/segment-drafts"));
  const draft = drafts.items.find((one) => one.key === key);
  // Asked of the list: a draft of something new has no segment, and that is no error.
  const { items } = await valueOf(client.GET("/api/segments"));
  const live = items.some((one) => one.key === key) ? await valueOf(client.GET("/api/segments/{key}", path)) : undefined;
  if (copy) return { rule: opened(live?.definition), naming: { key: `${key}-2`, name: {} }, live: undefined };
  return { rule: opened(draft?.definition ?? live?.definition), naming: { key, name: draft?.name ?? live?.name ?? {} }, live };
}

/** Reads what is to be edited, then lets it be edited. */
export function BuilderScreen() {
  const { segment, copy, definition } = route.useSearch();
  const start = useQuery({
    queryKey: ["segment-builder", "start", segment, copy, definition],
    queryFn: () => startOf(segment, copy !== undefined, definition),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (start.data) return <Builder key={`${segment}.${copy}.${definition}`} start={start.data} />;
  return start.error ? <ProblemNote error={start.error} /> : <Bones lines={10} />;
}

function useKeys(undo: () => void, redo: () => void) {
  return (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  };
}

function JsonView({ whole, onPut }: { whole: Rule; onPut: (rule: Rule) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(JSON.stringify(whole, null, 2));
  const [wrong, setWrong] = useState(false);
  return (
    <Textarea
      aria-label={t("builder.view.json")}
      autosize
      minRows={12}
      maxRows={32}
      className="build-json"
      value={text}
      error={wrong ? t("builder.badJson") : undefined}
      onChange={(event) => {
        setText(event.currentTarget.value);
        try {
          onPut(opened(JSON.parse(event.currentTarget.value)));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
}

function Builder({ start }: { start: Start }) {
  const { i18n } = useTranslation();
  const { said } = useWords();
  const speech = useSpeech();
  const { t } = speech;
  const cache = useQueryClient();
  const navigate = route.useNavigate();
  const { view = "sentences" } = route.useSearch();
  const [past, setPast] = useState(begun(start.rule));
  const [naming, setNaming] = useState(start.naming);
  const [publishing, setPublishing] = useState(false);
  const whole = past.now;
  const funnel = useFunnel(whole);
  const put = (rule: Rule, mark = "") => setPast((now) => moved(now, rule, mark));
  const keys = useKeys(() => setPast(undone), () => setPast(redone));
  const keep = useMutation({
    mutationFn: () => {
      const key = naming.key || `draft-${Date.now().toString(36)}`;
      return valueOf(client.PUT("/api/segment-drafts/{key}", { params: { path: { key } }, body: { name: { ...naming.name }, definition: { ...whole } } }));
    },
    onSuccess: async ({ key }) => {
      setNaming({ ...naming, key });
      await cache.invalidateQueries({ queryKey: ["segment-drafts"] });
      tell(t("builder.kept"));
    },
  });
  const title = said(naming.name) || (start.live ? said(start.live.name) : t("builder.title"));
  return (
    <Page
      wide
      title={title}
      about={t("builder.about")}
      before={
        <Link to="/segments" className="page-back">
          <ChevronLeft size={16} aria-hidden />
          {t("nav.item.segments")}
        </Link>
      }
      action={<Button onClick={() => setPublishing(true)}>{t("builder.toPublish")}</Button>}
    >
      <div onKeyDown={keys}>
        <div className="build-bar">
          <Tabs
            label={t("builder.views")}
            value={view === "json" ? "json" : "sentences"}
            onChoose={(chosen) => void navigate({ search: (now) => ({ ...now, view: chosen === "json" ? "json" : undefined }), replace: true })}
            choices={[
              { value: "sentences", label: t("builder.view.sentences") },
              { value: "json", label: t("builder.view.json") },
            ]}
          />
          <ActionIcon variant="default" aria-label={t("builder.undo")} disabled={past.before.length === 0} onClick={() => setPast(undone)}>
            <Undo2 size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label={t("builder.redo")} disabled={past.after.length === 0} onClick={() => setPast(redone)}>
            <Redo2 size={16} aria-hidden />
          </ActionIcon>
          <Button variant="default" size="xs" loading={keep.isPending} onClick={() => keep.mutate()}>
            {t("builder.keep")}
          </Button>
        </div>
        <div className="build">
          <div className="build-work">
            {view === "json" ? <JsonView key={i18n.language} whole={whole} onPut={(rule) => put(rule, "json")} /> : <GroupPart bench={{ whole, put, refused: funnel.error, speech }} path={[]} rule={whole} />}
          </div>
          <div className="build-side">
            <Section title={t("builder.funnel")}>
              {funnel.error && (view === "json" || !(funnel.error instanceof Problem && "field" in funnel.error.facts)) && <ProblemNote error={funnel.error} />}
              {funnel.data ? <FunnelView found={funnel.data} stale={funnel.isPlaceholderData || funnel.isFetching} whole={whole} speech={speech} /> : !funnel.error && <Bones lines={5} />}
            </Section>
            <Section title={t("builder.inWords")}>
              <ul className="build-words">
                {linesOf(sentenceOf(whole, speech)).map((line, index) => (
                  <li key={index}>{line}</li>
                ))}
              </ul>
            </Section>
            <Tried whole={whole} speech={speech} />
          </div>
        </div>
      </div>
      {publishing && (
        <Publishing
          whole={whole}
          live={start.live}
          naming={naming}
          speech={speech}
          onName={setNaming}
          onClose={() => setPublishing(false)}
          onPublished={(key) => {
            tell(t("builder.published", { name: said(naming.name) }));
            void navigate({ to: "/segments/$key", params: { key } });
          }}
        />
      )}
    </Page>
  );
}
