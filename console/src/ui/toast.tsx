import { Button, CloseButton } from "@mantine/core";
import { create } from "./store.ts";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useProblemWords } from "./answered.tsx";
import "./toast.css";

/** Something that can be done about what was said, like taking it back. */
export interface Deed {
  readonly label: string;
  readonly onPress: () => void;
}

type Note = { readonly text: string; readonly deed?: Deed } | { readonly error: unknown };
const notes = create<Note | undefined>(undefined);
const SHOWN_MS = 6000;

/** Says in a corner what was done. */
export function tell(text: string, deed?: Deed): void {
  notes.set({ text, deed });
}

/** Says in a corner what was refused and what to do. */
export function tellProblem(error: unknown): void {
  notes.set({ error });
}

function ProblemText({ error }: { error: unknown }) {
  const { title, remedy } = useProblemWords(error);
  return (
    <p>
      <strong>{title}</strong> {remedy}
    </p>
  );
}

/** The corner; one note at a time, read out by screen readers. */
export function Toasts() {
  const { t } = useTranslation();
  const note = notes.use();
  useEffect(() => {
    if (note === undefined || "error" in note) return undefined;
    const timer = window.setTimeout(() => notes.set(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [note]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {note && (
        <div className="toast">
          {"error" in note ? <ProblemText error={note.error} /> : <p>{note.text}</p>}
          {"deed" in note && note.deed && (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => {
                note.deed?.onPress();
                notes.set(undefined);
              }}
            >
              {note.deed.label}
            </Button>
          )}
          <CloseButton size="sm" aria-label={t("close")} onClick={() => notes.set(undefined)} />
        </div>
      )}
    </div>
  );
}
