import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWords } from "../../../i18n/words.ts";
import { storesQuery } from "../../../names/names.ts";
import type { Rule } from "./document.ts";
import { Picked, Typed, useLabel } from "./fields.tsx";
import { numberOr, textOf } from "./values.ts";

/** Changes a field of a condition; undefined takes it out. */
export type Change = (name: string, value: unknown) => void;

export interface FieldProps {
  readonly rule: Rule;
  readonly onChange: Change;
}

const OF_AN_EVENT = new Set<unknown>(["event", "not_done", "recency"]);
/** The event that a condition speaks of; empty where it speaks of none. */
export const eventOf = (rule: Rule): string => (OF_AN_EVENT.has(rule.type) ? textOf(rule.name) : "");

const POINT = "/point";

/** A store of the catalogue, or a point by its latitude and longitude. */
export function Placed({ rule, onChange }: FieldProps) {
  const { t } = useTranslation();
  const { said } = useWords();
  const label = useLabel();
  const stores = useQuery(storesQuery);
  const store = textOf(rule.store);
  const point = store === "" && rule.latitude !== undefined;
  const named = (stores.data?.items ?? []).map(({ key, name }) => ({ value: key, name: said(name) || key }));
  return (
    <span className="build-where">
      <Picked
        label={label("store")}
        value={point ? POINT : store}
        options={[...(store === "" && !point ? [{ value: "", name: "–" }] : []), { value: POINT, name: t("builder.point") }, ...named]}
        onChange={(value) => onChange("store", value)}
      />
      {point && (
        <>
          <Typed numeric label={label("latitude")} value={rule.latitude} read={numberOr} onChange={(value) => onChange("latitude", value)} />
          <Typed numeric label={label("longitude")} value={rule.longitude} read={numberOr} onChange={(value) => onChange("longitude", value)} />
        </>
      )}
    </span>
  );
}

/** What follows when a store is chosen instead of a point, or a point instead of a store. */
export function placed(rule: Rule, store: unknown): Rule {
  const { store: _store, latitude: _latitude, longitude: _longitude, ...rest } = rule;
  return store === POINT ? { ...rest, latitude: 0, longitude: 0 } : { ...rest, store };
}
