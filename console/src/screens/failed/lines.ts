/** One line of a payload as it is shown, and the place it tells of. */
export interface PayloadLine {
  readonly text: string;
  readonly path: string;
}

const INDENT = "  ";

/** A value as indented JSON, each line with its place: `properties.products[0].price`. */
export function payloadLines(value: unknown, path = "", indent = "", head = "", tail = ""): PayloadLine[] {
  if (typeof value !== "object" || value === null) return [{ text: `${indent}${head}${JSON.stringify(value)}${tail}`, path }];
  const array = Array.isArray(value);
  const [open, close] = array ? ["[", "]"] : ["{", "}"];
  const inner = Object.entries(value);
  if (inner.length === 0) return [{ text: `${indent}${head}${open}${close}${tail}`, path }];
  const lines = inner.flatMap(([key, found], index) => {
    const place = array ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return payloadLines(found, place, indent + INDENT, array ? "" : `${JSON.stringify(key)}: `, index < inner.length - 1 ? "," : "");
  });
  return [{ text: `${indent}${head}${open}`, path }, ...lines, { text: `${indent}${close}${tail}`, path: `${path}$` }];
}

/** Where the plan looks: the traits of an identify and a group call, the properties of every other. */
export function rootOf(content: unknown): string {
  const type = typeof content === "object" && content !== null && "type" in content ? content.type : undefined;
  return type === "identify" || type === "group" ? "traits" : "properties";
}

/** The places that are marked: the property at fault, or what it is missing from. */
export function markedPlaces(content: unknown, faults: readonly { kind: string; property: string }[]): Set<string> {
  const root = rootOf(content);
  return new Set(
    faults.map(({ kind, property }) => {
      const place = property === "" ? root : `${root}.${property}`;
      return kind === "missing" ? place.slice(0, place.lastIndexOf(".")) : place;
    }),
  );
}
