const NUMBER = /^-?(0|[1-9]\d*)(\.\d*)?$/;
const ASKS_FOR_TEXT = new Set(["contains", "starts_with"]);

const oneOf = (text: string): unknown => {
  if (text === "true" || text === "false") return text === "true";
  return NUMBER.test(text) ? Number(text) : text;
};

/** True when this comparison asks for nothing. */
export const isBare = (op: unknown): boolean => op === "exists" || op === "missing";

/** What is typed as the value of a comparison: a list for "one of"; 0912 is no number. */
export function valueOf(text: string, op: unknown): unknown {
  const typed = text.trim();
  if (op === "in" || op === "not_in") {
    const several = typed.split(/[,，、;；]/).map((one) => one.trim()).filter((one) => one !== "");
    return several.every((one) => NUMBER.test(one)) ? several.map(Number) : several;
  }
  return ASKS_FOR_TEXT.has(String(op)) ? typed : oneOf(typed);
}

/** A value as it is typed. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  return value === undefined || value === null ? "" : String(value);
}

/** A number where one is typed; what is none is kept, so that the server can say so. */
export const numberOr = (text: string): unknown => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
