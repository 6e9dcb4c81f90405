/** A JSON Schema as the lines of a table, and back; what a table cannot say stays untouched in the JSON. */
export type Schema = Readonly<Record<string, unknown>>;

export const TYPES = ["string", "number", "integer", "boolean", "array", "object"] as const;
export const PERSONAL = "x-personal";

/** One property: where it stands and what the table shows of it. */
export interface Line {
  readonly path: readonly string[];
  readonly name: string;
  readonly depth: number;
  readonly type: string;
  readonly required: boolean;
  readonly allowed: string;
  readonly personal: boolean;
}

const object = (found: unknown): Schema => (typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Schema) : {});
const list = (found: unknown): readonly unknown[] => (Array.isArray(found) ? found : []);

/** The type as one word; with several it is the first that is not null. */
function typeOf(schema: Schema): string {
  const types = typeof schema.type === "string" ? [schema.type] : list(schema.type);
  return String(types.find((type) => type !== "null") ?? "any");
}

/** Every property, those of a list's lines and of inner objects below it. */
export function linesOf(schema: Schema, path: readonly string[] = [], depth = 0): Line[] {
  const required = list(schema.required);
  return Object.entries(object(schema.properties)).flatMap(([name, found]) => {
    const inner = object(found);
    const here = [...path, "properties", name];
    const line = { path: here, name, depth, type: typeOf(inner), required: required.includes(name), allowed: list(inner.enum).join(", "), personal: inner[PERSONAL] === true };
    return [line, ...linesOf(inner, here, depth + 1), ...linesOf(object(inner.items), [...here, "items"], depth + 1)];
  });
}

function changed(schema: Schema, path: readonly string[], change: (found: Schema) => Schema | undefined): Schema {
  const [key, ...rest] = path;
  if (key === undefined) return change(schema) ?? {};
  const next = { ...schema } as Record<string, unknown>;
  if (rest.length === 0) {
    const found = change(object(schema[key]));
    if (found === undefined) delete next[key];
    else next[key] = found;
  } else {
    next[key] = changed(object(schema[key]), rest, change);
  }
  return next;
}

const without = (schema: Schema, key: string): Schema => Object.fromEntries(Object.entries(schema).filter(([other]) => other !== key));
const withOr = (schema: Schema, key: string, value: unknown): Schema => (value === undefined ? without(schema, key) : { ...schema, [key]: value });

/** The schema with another type of one property; that a value may be missing as null stays. */
export function withType(schema: Schema, path: readonly string[], type: string): Schema {
  return changed(schema, path, (found) => {
    const nullable = list(found.type).includes("null");
    return withOr(found, "type", type === "any" ? undefined : nullable ? [type, "null"] : type);
  });
}

/** The schema with a list of allowed values, read as the property's type; an empty text allows any. */
export function withAllowed(schema: Schema, path: readonly string[], text: string): Schema {
  const words = text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  return changed(schema, path, (found) => {
    const numeric = ["number", "integer"].includes(typeOf(found));
    const values = words.map((word) => (numeric && !Number.isNaN(Number(word)) ? Number(word) : word));
    const nullable = list(found.type).includes("null");
    return withOr(found, "enum", values.length === 0 ? undefined : [...values, ...(nullable ? [null] : [])]);
  });
}

/** The schema with a property marked as personal data, or not. */
export function withPersonal(schema: Schema, path: readonly string[], personal: boolean): Schema {
  return changed(schema, path, (found) => withOr(found, PERSONAL, personal ? true : undefined));
}

/** The schema in which a property must be there, or need not. */
export function withRequired(schema: Schema, path: readonly string[], required: boolean): Schema {
  const name = path.at(-1) ?? "";
  return changed(schema, path.slice(0, -2), (found) => {
    const others = list(found.required).filter((other) => other !== name);
    const names = required ? [...others, name] : others;
    return withOr(found, "required", names.length === 0 ? undefined : names);
  });
}

/** The schema without a property. */
export function withoutProperty(schema: Schema, path: readonly string[]): Schema {
  return changed(withRequired(schema, path, false), path, () => undefined);
}

/** The schema with one more property on the top level. */
export function withProperty(schema: Schema, name: string): Schema {
  const properties = object(schema.properties);
  return name === "" || name in properties ? schema : { type: "object", ...schema, properties: { ...properties, [name]: { type: "string" } } };
}
