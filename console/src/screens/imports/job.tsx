import { useWords } from "../../i18n/words.ts";
import { Tag, type Tone } from "../../ui/bits.tsx";

const TONES: Record<string, Tone> = { done: "good", asking: "warn", failed: "bad" };

/** Where a job stands. */
export function JobTag({ state }: { state: string }) {
  const { word } = useWords();
  return <Tag tone={TONES[state] ?? "plain"}>{word("jobState", state)}</Tag>;
}
