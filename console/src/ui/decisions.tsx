import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision, HomeDecision } from "../api/types.ts";
import { ChannelIcon } from "../design/channels.tsx";
import { useFormat } from "../i18n/format.ts";
import { hasWord, useWords } from "../i18n/words.ts";
import { useNames } from "../names/names.ts";
import { Tag, type Tone } from "./bits.tsx";
import "./decisions.css";

const TONES: Readonly<Record<string, Tone>> = {
  sent: "good", planned: "plain", denied: "warn", cancelled: "warn", failed: "bad", deferred: "plain",
};

/** The verdict of a decision as a small label. */
export function VerdictTag({ verdict, reason }: { verdict: string; reason: string }) {
  const { word } = useWords();
  // What is planned for this very moment is as good as sent.
  const shown = reason === "sent" ? reason : verdict;
  return <Tag tone={TONES[shown] ?? "plain"}>{word("verdict", shown)}</Tag>;
}

/** What a decision says of itself: reason, rule, plan, and what each channel that was tried answered. */
export interface Grounds {
  readonly reason: string;
  readonly rule?: string;
  readonly plannedFor?: string;
  readonly tried: readonly { readonly channel: string; readonly reason: string }[];
}

type Fields = Readonly<Record<string, unknown>>;
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The grounds of a decision as the server writes them. */
export function groundsOf(decision: Fields & { readonly reason: string }): Grounds {
  const { tried } = (decision.detail ?? {}) as Fields;
  const listed: Fields[] = Array.isArray(tried) ? tried : [];
  return {
    reason: decision.reason,
    rule: textOf(decision.rule),
    plannedFor: textOf(decision.planned_for),
    tried: listed.map(({ channel, reason }) => ({ channel: String(channel), reason: String(reason) })),
  };
}

/** A rule like `consent:email:marketing` in words. */
function useRuleWords(): (rule: string) => string {
  const { word } = useWords();
  return (rule) => {
    const [kind = "", ...about] = rule.split(":");
    const inWords = about.map((part) => {
      const vocabulary = (["channel", "purpose", "reason", "subject"] as const).find((one) => hasWord(one, part));
      return vocabulary ? word(vocabulary, part) : part;
    });
    // Times keep their colon: "quiet:22:00-08:00".
    return kind === "quiet" ? `${word("rule", kind)} ${about.join(":")}` : [word("rule", kind), ...inWords].join(" · ");
  };
}

/** Why a message went out or not, in whole sentences. */
export function Why({ reason, rule, plannedFor, tried }: Grounds) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const ruleWords = useRuleWords();
  const others = tried.length > 1 || (tried.length === 1 && tried[0]?.reason !== reason) ? tried : [];
  return (
    <div className="why">
      <p>{word("why", reason)}</p>
      {plannedFor && <p>{t("decisions.plannedFor", { at: format.moment(plannedFor) })}</p>}
      {others.map(({ channel, reason: refused }) => (
        <p key={channel}>{t("decisions.tried", { channel: word("channel", channel), reason: word("reason", refused) })}</p>
      ))}
      {rule && <p className="mute small">{t("decisions.rule", { rule: ruleWords(rule) })}</p>}
    </div>
  );
}

/** A button that opens the grounds below it. */
export function WhyButton({ grounds, label }: { grounds: Grounds; label: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button type="button" className="why-button" aria-expanded={open} aria-controls={id} aria-label={t("decisions.whyOf", { of: label })} onClick={() => setOpen(!open)}>
        {t("decisions.why")}
        <ChevronDown size={14} aria-hidden />
      </button>
      <div id={id} hidden={!open} className="why-place">
        {open && <Why {...grounds} />}
      </div>
    </>
  );
}

/** Decisions over several customers, newest first. */
export function DecisionList({ decisions, dated = false }: { decisions: readonly (Decision | HomeDecision)[]; dated?: boolean }) {
  const { word } = useWords();
  const names = useNames();
  const format = useFormat();
  return (
    <ol className={dated ? "decisions decisions-dated" : "decisions"}>
      {decisions.map((decision) => {
        const what = names.message(decision.message);
        const customer = "customer" in decision ? decision.customer : undefined;
        const named = "customer_name" in decision ? decision.customer_name : customer;
        return (
          <li key={decision.id}>
            <time className="mute" dateTime={decision.at}>
              {dated ? format.moment(decision.at) : format.time(decision.at)}
            </time>
            <ChannelIcon channel={decision.channel ?? "other"} />
            <div className="decisions-words">
              {customer && (
                <Link to="/customers/$id" params={{ id: customer }}>
                  {named}
                </Link>
              )}
              <span>{what}</span>
              {!customer && <span className="mute">{names.journey(decision.journey)}</span>}
              {decision.reason !== decision.verdict && decision.reason !== "sent" && <span className="mute">{word("reason", decision.reason)}</span>}
            </div>
            <VerdictTag verdict={decision.verdict} reason={decision.reason} />
            <WhyButton
              label={what}
              grounds={groundsOf(decision)}
            />
          </li>
        );
      })}
    </ol>
  );
}
