import { type ReactNode, useState } from "react";
import { SearchBox } from "../../ui/search.tsx";
import "./simulator.css";

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly note: ReactNode;
}

interface ChooserProps {
  readonly label: string;
  readonly search: string;
  readonly entries: readonly Entry[];
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

// A long list is searched, not scrolled.
const SHOWN = 100;

/** A searchable list at the left of what is chosen from it. */
export function Chooser({ label, search, entries, chosen, onChoose }: ChooserProps) {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = entries.filter(({ name, key }) => `${name} ${key}`.toLowerCase().includes(wanted)).slice(0, SHOWN);
  return (
    <div className="chooser">
      <SearchBox label={search} value={text} onSearch={setText} pause={0} />
      <ul aria-label={label}>
        {found.map(({ key, name, note }) => (
          <li key={key}>
            <button type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>
              <span className="chooser-name">{name}</span>
              <span className="mute small">{note}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
