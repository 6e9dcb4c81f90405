/** The address line is the state: plain text parameters, nothing hidden in quotes or JSON. */

/** Reads the address's parameters as text. */
export function readSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Writes parameters in a fixed order, without those that are empty. */
export function writeSearch(search: Record<string, unknown>): string {
  const kept = Object.entries(search).flatMap(([key, value]) =>
    typeof value === "string" && value !== "" ? [[key, value] as [string, string]] : [],
  );
  const text = new URLSearchParams(kept).toString();
  return text === "" ? "" : `?${text}`;
}

/** Lets a route take these parameters and no others. */
export function takes<const Key extends string>(...keys: readonly Key[]) {
  return (raw: Record<string, unknown>): { [K in Key]?: string } => {
    const taken: { [K in Key]?: string } = {};
    for (const key of keys) {
      const value = raw[key];
      if (typeof value === "string" && value !== "") taken[key] = value;
    }
    return taken;
  };
}
