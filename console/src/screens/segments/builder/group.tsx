import { ActionIcon, Button, Menu } from "@mantine/core";
import { Copy, Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../../api/problem.ts";
import { useWords } from "../../../i18n/words.ts";
import { Pick } from "../../../ui/choices.tsx";
import type { Speech } from "../sentence.ts";
import { sentenceOf } from "../sentence.ts";
import { ConditionFields } from "./condition.tsx";
import { added, changed, fieldOf, isGroup, partsOf, type Path, removed, type Rule, ruleOf, turned } from "./document.ts";
import { KINDS } from "./kinds.ts";

/** What every part of the builder needs: the whole, a way to change it, what was refused, how to speak. */
export interface Bench {
  readonly whole: Rule;
  readonly put: (whole: Rule, mark?: string) => void;
  readonly refused: unknown;
  readonly speech: Speech;
}

interface PartProps {
  readonly bench: Bench;
  readonly path: Path;
  readonly rule: Rule;
}

/** The refusal that names this condition or one of its fields. */
export function refusalAt(refused: unknown, path: Path, inner: boolean): Problem | undefined {
  if (!(refused instanceof Problem) || typeof refused.facts.field !== "string") return undefined;
  const rest = refused.facts.field.startsWith(fieldOf(path)) ? refused.facts.field.slice(fieldOf(path).length) : undefined;
  if (rest === undefined || (rest !== "" && !/^[.[]/.test(rest))) return undefined;
  return inner && /^\.of(\[|\.|$)/.test(rest) ? undefined : refused;
}

function Refusal({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const { value, expected, did_you_mean: likely } = problem.facts;
  return (
    <p className="build-refused" role="alert">
      {t("builder.refused", { value: String(value ?? "–"), expected: String(expected ?? "") })}
      {likely ? ` ${t("builder.likely", { word: String(likely) })}` : ""}
    </p>
  );
}

function Add({ bench, path }: Omit<PartProps, "rule">) {
  const { t } = useTranslation();
  const { word } = useWords();
  const add = (part: Rule) => bench.put(added(bench.whole, path, part));
  return (
    <div className="build-add">
      <Menu position="bottom-start" shadow="none">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />}>
            {t("builder.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(KINDS).map(([name, kind]) => (
            <Menu.Item key={name} onClick={() => add(kind.start)}>
              {word("conditionKind", name)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button size="xs" variant="subtle" color="gray" onClick={() => add({ type: "any", of: [] })}>
        {t("builder.addGroup")}
      </Button>
    </div>
  );
}

function Tools({ bench, path, rule }: PartProps) {
  const { t } = useTranslation();
  return (
    <span className="build-tools">
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => bench.put(turned(bench.whole, path))}>
        {t("builder.negate")}
      </Button>
      {path.at(-1) !== "not" && (
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("builder.copy")} onClick={() => bench.put(added(bench.whole, path.slice(0, -1), rule))}>
          <Copy size={14} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("builder.remove")} onClick={() => bench.put(removed(bench.whole, path))}>
        <Trash2 size={14} aria-hidden />
      </ActionIcon>
    </span>
  );
}

/** A group: all of its conditions, or at least one. */
export function GroupPart({ bench, path, rule }: PartProps) {
  const { t } = useTranslation();
  const problem = refusalAt(bench.refused, path, true);
  return (
    <div className="build-group" role="group" aria-label={t(rule.type === "any" ? "sentence.any" : "sentence.all")}>
      <div className="build-row">
        <Pick
          label={t("builder.join")}
          value={rule.type === "any" ? "any" : "all"}
          choices={[
            { value: "all", label: t("builder.all") },
            { value: "any", label: t("builder.any_of") },
          ]}
          onChoose={(type) => bench.put(changed(bench.whole, path, (group) => ({ ...group, type })))}
        />
        {path.length > 0 && <Tools bench={bench} path={path} rule={rule} />}
      </div>
      {problem && <Refusal problem={problem} />}
      <ol className="build-parts">
        {partsOf(rule).map((part, index) => (
          <li key={index}>
            <AnyPart bench={bench} path={[...path, index]} rule={part} />
          </li>
        ))}
      </ol>
      <Add bench={bench} path={path} />
    </div>
  );
}

function OnePart({ bench, path, rule }: PartProps) {
  const { t } = useTranslation();
  const problem = refusalAt(bench.refused, path, false);
  const known = typeof rule.type === "string" && rule.type in KINDS;
  return (
    <div className={problem ? "build-one build-one-refused" : "build-one"}>
      <p className="build-sentence">{sentenceOf(rule, bench.speech).text}</p>
      <div className="build-row">
        {known ? (
          <ConditionFields rule={rule} onPut={(next, field) => bench.put(changed(bench.whole, path, () => next), `${fieldOf(path)}.${field}`)} />
        ) : (
          <span className="mute small">{t("builder.asJson")}</span>
        )}
        <Tools bench={bench} path={path} rule={rule} />
      </div>
      {problem && <Refusal problem={problem} />}
    </div>
  );
}

/** Any part of a definition. */
export function AnyPart({ bench, path, rule }: PartProps) {
  const { t } = useTranslation();
  if (isGroup(rule)) return <GroupPart bench={bench} path={path} rule={rule} />;
  if (rule.type !== "not") return <OnePart bench={bench} path={path} rule={rule} />;
  return (
    <div className="build-not">
      <span className="build-not-word">{t("builder.not")}</span>
      <AnyPart bench={bench} path={[...path, "not"]} rule={ruleOf(rule.of)} />
    </div>
  );
}
