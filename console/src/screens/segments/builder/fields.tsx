import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, valueOf as answered } from "../../../api/client.ts";
import { useWords } from "../../../i18n/words.ts";
import { journeysQuery, messagesQuery, segmentsQuery } from "../../../names/names.ts";
import { listsQuery } from "../speech.ts";
import { textOf } from "./values.ts";

/** What definitions may speak of, as seen so far. */
export const useSeen = () =>
  useQuery({
    queryKey: ["segment-builder", "words"],
    queryFn: ({ signal }) => answered(client.GET("/api/segment-builder/words", { signal })),
    staleTime: 60_000,
  });

/** The properties an event was seen with. */
export const useProperties = (event: string) =>
  useQuery({
    queryKey: ["segment-builder", "properties", event],
    queryFn: ({ signal }) => answered(client.GET("/api/segment-builder/properties", { params: { query: { event } }, signal })),
    enabled: event !== "",
    staleTime: 60_000,
  });

/** Values that were seen of a trait, or of a property of an event. */
export function useValues(asked: { trait?: string; event?: string; property?: string }, enabled: boolean) {
  return useQuery({
    queryKey: ["segment-builder", "values", asked],
    queryFn: ({ signal }) => answered(client.GET("/api/segment-builder/values", { params: { query: asked }, signal })),
    enabled,
    staleTime: 60_000,
  });
}

/** Something to choose, by what it is kept as and what it is called. */
export interface Option {
  readonly value: string;
  readonly name: string;
}

interface TypedProps {
  readonly label: string;
  readonly value: unknown;
  readonly options?: readonly Option[];
  readonly wide?: boolean;
  readonly numeric?: boolean;
  readonly read?: (text: string) => unknown;
  readonly onChange: (value: unknown) => void;
}

/** A field that can be typed into and suggests what was seen; it says nothing while a character is composed. */
export function Typed({ label, value, options = [], wide = false, numeric = false, read = (text) => text, onChange }: TypedProps) {
  const list = useId();
  const [text, setText] = useState(textOf(value));
  const [composing, setComposing] = useState(false);
  const kept = JSON.stringify(value);
  useEffect(() => {
    // Only what came from elsewhere, like an undo, replaces what is being typed.
    setText((now) => (JSON.stringify(read(now)) === kept ? now : textOf(value)));
  }, [kept]);
  const tell = (typed: string) => onChange(read(typed));
  return (
    <>
      <TextInput
        aria-label={label}
        placeholder={label}
        size="xs"
        className={wide ? "build-wide" : numeric ? "build-number" : "build-field"}
        value={text}
        list={options.length > 0 ? list : undefined}
        inputMode={numeric ? "decimal" : undefined}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={(event) => {
          setComposing(false);
          tell(event.currentTarget.value);
        }}
        onChange={(event) => {
          setText(event.currentTarget.value);
          if (!composing) tell(event.currentTarget.value);
        }}
      />
      {options.length > 0 && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}

interface PickedProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}

/** A field of which one choice holds. */
export function Picked({ label, value, options, onChange }: PickedProps) {
  const known = options.some((option) => option.value === value) ? options : [{ value, name: value }, ...options];
  return (
    <NativeSelect
      aria-label={label}
      size="xs"
      className="build-pick"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={known.map((option) => ({ value: option.value, label: option.name }))}
    />
  );
}

/** The names that a field suggests. */
export function useNamed(from: string, event: string): readonly Option[] {
  const { word, said } = useWords();
  const seen = useSeen();
  const properties = useProperties(from === "properties" ? event : "");
  const lists = useQuery({ ...listsQuery, enabled: from === "lists" });
  const segments = useQuery({ ...segmentsQuery, enabled: from === "segments" });
  const journeys = useQuery({ ...journeysQuery, enabled: from === "journeys" });
  const messages = useQuery({ ...messagesQuery, enabled: from === "messages" });
  const keyed = (items: readonly { key: string; name: unknown }[] | undefined) => (items ?? []).map(({ key, name }) => ({ value: key, name: said(name as string) }));
  const plain = (names: readonly string[] | undefined, call: (name: string) => string) => (names ?? []).map((name) => ({ value: name, name: call(name) }));
  switch (from) {
    case "traits":
      return plain(seen.data?.traits, (name) => word("trait", name));
    case "events":
      return plain(seen.data?.events, (name) => word("event", name));
    case "lists":
      return keyed(lists.data?.items);
    case "properties":
      return plain([...new Set(["revenue", "category", "product_id", "store_id", ...(properties.data?.properties ?? [])])], (name) => word("property", name));
    case "segments":
      return keyed(segments.data?.items);
    case "journeys":
      return keyed(journeys.data?.items);
    default:
      return keyed(messages.data?.items);
  }
}

/** The labels of fields by their name. */
export function useLabel(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => t(`builder.field.${name as "name"}`);
}
