import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Graph } from "../../api/types.ts";
import { useFormat } from "../../i18n/format.ts";
import { Section } from "../../ui/page.tsx";

interface SeparationsProps {
  readonly graph: Graph;
  readonly busy: boolean;
  readonly onUndo: (separation: string) => void;
}

/** What was separated, by whom, and the way back. */
export function Separations({ graph, busy, onUndo }: SeparationsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (graph.separations.length === 0) return null;
  return (
    <Section title={t("identity.separations")}>
      <ul className="plain-list">
        {graph.separations.map(({ id, identifiers, at, by, undone_at }) => (
          <li key={id}>
            <span>{t("identity.separatedBy", { count: identifiers.length, by, at: format.moment(at) })}</span>
            {undone_at ? (
              <span className="mute">{t("identity.undoneAt", { at: format.moment(undone_at) })}</span>
            ) : (
              <Button variant="default" size="compact-sm" loading={busy} onClick={() => onUndo(id)}>
                {t("identity.undo")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
