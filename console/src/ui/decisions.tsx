import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision } from "../api/types.ts";
import { ChannelIcon } from "../design/channels.tsx";
import { useFormat } from "../i18n/format.ts";
import { useWords } from "../i18n/words.ts";
import { Tag, type Tone } from "./bits.tsx";
import "./decisions.css";

const TONES: Readonly<Record<string, Tone>> = {
  sent: "good", planned: "plain", denied: "warn", cancelled: "warn", failed: "bad", deferred: "plain",
};

/** The verdict of a decision as a small label. */
export function VerdictTag({ verdict }: { verdict: string }) {
  const { word } = useWords();
  return <Tag tone={TONES[verdict] ?? "plain"}>{word("verdict", verdict)}</Tag>;
}

/** What a decision says of itself: reason, rule, winner, plan. */
export interface Grounds {
  readonly reason: string;
  readonly rule?: string | null;
  readonly blockedBy?: string | null;
  readonly plannedFor?: string | null;
}

/** Why a message went out or not, in whole sentences. */
export function Why({ reason, rule, blockedBy, plannedFor }: Grounds) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  return (
    <div className="why">
      <p>{word("why", reason)}</p>
      {plannedFor && <p>{t("decisions.plannedFor", { at: format.moment(plannedFor) })}</p>}
      {blockedBy && <p>{t("decisions.blockedBy", { winner: blockedBy })}</p>}
      {rule && <p className="mute small">{t("decisions.rule", { rule: word("rule", rule) })}</p>}
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
export function DecisionList({ decisions, dated = false }: { decisions: readonly Decision[]; dated?: boolean }) {
  const { word, said } = useWords();
  const format = useFormat();
  return (
    <ol className={dated ? "decisions decisions-dated" : "decisions"}>
      {decisions.map((decision) => {
        const what = said(decision.message_name ?? decision.message ?? decision.step);
        return (
          <li key={decision.id}>
            <time className="mute" dateTime={decision.at}>
              {dated ? format.moment(decision.at) : format.time(decision.at)}
            </time>
            <ChannelIcon channel={decision.channel ?? "other"} />
            <div className="decisions-words">
              {decision.customer && (
                <Link to="/customers/$id" params={{ id: decision.customer }}>
                  {decision.customer_name || decision.customer}
                </Link>
              )}
              <span>{what}</span>
              {decision.reason !== decision.verdict && <span className="mute">{word("reason", decision.reason)}</span>}
            </div>
            <VerdictTag verdict={decision.verdict} />
            <WhyButton
              label={what}
              grounds={{
                reason: decision.reason,
                rule: decision.rule,
                blockedBy: decision.blocked_by,
                plannedFor: decision.planned_for,
              }}
            />
          </li>
        );
      })}
    </ol>
  );
}
