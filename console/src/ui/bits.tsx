import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../i18n/format.ts";
import "./bits.css";

/** What a small label means: green, amber and red only where it is good, needs care or is bad. */
export type Tone = "plain" | "good" | "warn" | "bad";

/** A small label for a state. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag tag-${tone}`}>{children}</span>;
}

interface Fact {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}

/** A strip of figures under one border. */
export function Figures({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="figures">
      {facts.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="figures-value">{value}</dd>
          {note && <dd className="figures-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Pairs of name and value, one under the other. */
export function Pairs({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="pairs">
      {facts.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value}
            {note && <span className="pairs-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How fresh a number is. */
export function Fresh({ at }: { at: string | null | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!at) return null;
  return <span className="mute small">{t("fresh", { at: format.moment(at) })}</span>;
}
