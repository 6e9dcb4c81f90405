import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Duplicate } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { useWords } from "../../i18n/words.ts";
import { Tag } from "../../ui/bits.tsx";
import { Table } from "../../ui/table.tsx";

const TONE = { same: "good", close: "good", fits: "plain", differs: "warn" } as const;

/** A share that may be very small keeps digits enough to be told from nothing. */
function useShare(): (value: number) => string {
  const format = useFormat();
  return (value) => format.percent(value, value >= 0.001 || value === 0 ? 1 : Math.min(20, Math.ceil(-Math.log10(value)) - 2));
}

function Reasons({ pair }: { pair: Duplicate }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const share = useShare();
  return (
    <Table
      label={t("duplicates.alike")}
      rows={pair.evidence}
      keyOf={({ field }) => field}
      columns={[
        { key: "field", head: t("duplicates.field"), cell: ({ field }) => word("likenessField", field) },
        { key: "level", head: t("duplicates.alike"), cell: ({ level }) => <Tag tone={TONE[level]}>{word("likenessLevel", level)}</Tag> },
        {
          key: "weight",
          head: t("duplicates.weight"),
          number: true,
          cell: ({ weight, m, u }) => (
            <span title={t("duplicates.weightAbout", { m: share(m), u: share(u) })}>{weight > 0 ? `+${weight.toFixed(1)}` : weight.toFixed(1)}</span>
          ),
        },
      ]}
    />
  );
}

function Side({ face }: { face: Duplicate["one"] }) {
  const { word } = useWords();
  return (
    <div>
      <h3>
        <Link to="/customers/$id" params={{ id: face.id }} search={{ view: "identity" }}>
          {face.name}
        </Link>
      </h3>
      <dl>
        {face.traits.map(({ key, value, source }) => (
          <div key={key} style={{ display: "contents" }}>
            <dt title={source}>{word("trait", key)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {face.identifiers.map(({ iid, kind, value }) => (
          <div key={iid} style={{ display: "contents" }}>
            <dt>{word("identifier", kind)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface PairProps {
  readonly pair: Duplicate;
  readonly chosen: boolean;
  readonly busy: boolean;
  readonly onChoose: (chosen: boolean) => void;
  readonly onDecide: (decision: "accepted" | "rejected" | "open") => void;
}

/** Two customers side by side, why they are probably one, and what to do. */
export function Pair({ pair, chosen, busy, onChoose, onDecide }: PairProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShare();
  return (
    <article className="pair" aria-label={`${pair.one.name} · ${pair.other.name}`}>
      <div className="pair-head">
        {pair.state === "open" && (
          <input
            type="checkbox"
            checked={chosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
            aria-label={t("duplicates.choose", { one: pair.one.name, other: pair.other.name })}
          />
        )}
        <strong>{t("duplicates.chance", { chance: share(pair.chance) })}</strong>
        {pair.decided_at && <span className="mute">{t("duplicates.by", { by: pair.decided_by, at: format.moment(pair.decided_at) })}</span>}
        <span className="pair-tools">
          {pair.state === "open" ? (
            <>
              <Button size="compact-sm" loading={busy} onClick={() => onDecide("accepted")}>
                {t("duplicates.merge")}
              </Button>
              <Button size="compact-sm" variant="default" loading={busy} onClick={() => onDecide("rejected")}>
                {t("duplicates.apart")}
              </Button>
            </>
          ) : (
            <Button size="compact-sm" variant="default" loading={busy} onClick={() => onDecide("open")}>
              {t("duplicates.back")}
            </Button>
          )}
        </span>
      </div>
      <Reasons pair={pair} />
      <div className="pair-sides">
        <Side face={pair.one} />
        <Side face={pair.other} />
      </div>
    </article>
  );
}
