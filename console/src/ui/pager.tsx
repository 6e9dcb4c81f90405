import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface PagerProps {
  readonly cursor: string | undefined;
  readonly next: string | null | undefined;
  readonly onMove: (cursor: string | undefined) => void;
}

/** Steps through a cursor list; the browser's Back goes one page back, since the cursor is in the address. */
export function Pager({ cursor, next, onMove }: PagerProps) {
  const { t } = useTranslation();
  if (!cursor && !next) return null;
  return (
    <nav aria-label={t("pager.label")} style={{ display: "flex", gap: 8, marginTop: 16, justifyContent: "flex-end" }}>
      {cursor && (
        <Button variant="subtle" color="gray" onClick={() => onMove(undefined)}>
          {t("pager.first")}
        </Button>
      )}
      <Button variant="default" disabled={!next} onClick={() => onMove(next ?? undefined)}>
        {t("pager.next")}
      </Button>
    </nav>
  );
}
