import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
  /** How long to wait for the next stroke, in milliseconds; nothing where the list is here already. */
  readonly pause?: number;
}

const PAUSE_MS = 250;

/** Searches a moment after the last stroke, and never in the middle of composing a character. */
export function SearchBox({ label, value, onSearch, pause = PAUSE_MS }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const composing = useRef(false);
  const timer = useRef<number>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const later = (next: string) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => now(next), pause);
  };
  const now = (next: string) => {
    window.clearTimeout(timer.current);
    timer.current = undefined;
    onSearch(next);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      w="100%"
      maw={360}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        later(event.currentTarget.value);
      }}
      onBlur={(event) => {
        // Whoever leaves to follow a link must not be called back by a search that comes late.
        if (timer.current !== undefined) now(event.currentTarget.value);
      }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        if (!composing.current) later(event.currentTarget.value);
      }}
    />
  );
}
