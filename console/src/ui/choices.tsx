import { type ReactNode } from "react";
import "./choices.css";

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
}

interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
}

/** Views of one thing, underlined, under a title. */
export function Tabs<Value extends string>({ label, value, choices, onChoose }: ChoicesProps<Value>) {
  return (
    <div className="tabs" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button key={choice.value} type="button" aria-pressed={choice.value === value} onClick={() => onChoose(choice.value)}>
          {choice.label}
        </button>
      ))}
    </div>
  );
}

/** A few choices of which one holds. */
export function Pick<Value extends string>({ label, value, choices, onChoose }: ChoicesProps<Value>) {
  return (
    <div className="pick" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button key={choice.value} type="button" aria-pressed={choice.value === value} onClick={() => onChoose(choice.value)}>
          {choice.label}
        </button>
      ))}
    </div>
  );
}

interface ChipsProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly choices: readonly Choice<string>[];
  readonly onChange: (chosen: string[]) => void;
}

/** Filters that can be on together; none on means all. */
export function Chips({ label, chosen, choices, onChange }: ChipsProps) {
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <div className="chips" role="group" aria-label={label}>
      {choices.map(({ value, label: name }) => (
        <button key={value} type="button" aria-pressed={chosen.includes(value)} onClick={() => toggle(value)}>
          {name}
        </button>
      ))}
    </div>
  );
}
