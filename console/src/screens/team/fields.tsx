import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session.ts";
import { useWords } from "../../i18n/words.ts";
import { treeOf, usePlaces } from "./places.tsx";

/** Every role, the widest first. */
export const ROLES = ["owner", "marketer", "analyst", "agent", "store_manager", "associate", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Which role, in words. */
export function RoleField({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <NativeSelect
      label={t("team.role")}
      value={value}
      onChange={(event) => onChange(ROLES.find((role) => role === event.currentTarget.value) ?? value)}
      data={ROLES.map((role) => ({ value: role, label: word("role", role) }))}
    />
  );
}

interface PlacesFieldProps {
  readonly value: readonly string[] | null;
  readonly onChange: (places: string[] | null) => void;
}

/** How far somebody sees: every store, or chosen regions and stores. Nobody can give more than she sees herself. */
export function PlacesField({ value, onChange }: PlacesFieldProps) {
  const { t } = useTranslation();
  const { person } = useSession();
  const places = usePlaces();
  const chosen = value ?? [];
  const toggle = (key: string) => onChange(chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key]);
  return (
    <fieldset className="places-field">
      <legend>{t("team.sees")}</legend>
      {person.stores === null && (
        <label>
          <input type="checkbox" checked={value === null} onChange={() => onChange(value === null ? [] : null)} /> {t("team.everything")}
        </label>
      )}
      {value !== null && (
        <div className="places-tree">
          {treeOf(places.data?.items ?? []).map(({ place, depth }) => (
            <label key={place.key} style={{ paddingLeft: depth * 24 }}>
              <input type="checkbox" checked={chosen.includes(place.key)} onChange={() => toggle(place.key)} /> {place.name}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
