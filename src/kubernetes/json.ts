/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The text as a JSON object; null when it is anything else. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object a field holds; an empty one when it holds something else, as Kubernetes leaves empty fields out. */
export function objectIn(value: JsonObject, field: string): JsonObject {
  const inner = value[field];
  return isObject(inner) ? inner : {};
}

/** The objects of a list; what is no object is left out, and no list is an empty one. */
export function objectsIn(value: JsonObject, field: string): readonly JsonObject[] {
  const inner = value[field];
  return Array.isArray(inner) ? inner.filter(isObject) : [];
}

export function textIn(value: JsonObject, field: string): string {
  const inner = value[field];
  return typeof inner === 'string' ? inner : '';
}

/** The fields whose values are texts, as labels and annotations are. */
export function textsIn(value: JsonObject, field: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectIn(value, field));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A time as the API writes it (RFC 3339), in milliseconds since 1970; null when absent or no time. */
export function timeIn(value: JsonObject, field: string): number | null {
  const time = Date.parse(textIn(value, field));
  return Number.isNaN(time) ? null : time;
}

/** The object without these fields. */
export function without(object: JsonObject, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}
