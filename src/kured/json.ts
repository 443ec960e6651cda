/** What YAML or JSON gave, looked at without knowing what it is. */
export type Json = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map below these names; empty where there is none. */
export function mapAt(value: unknown, ...names: readonly string[]): Json {
  const found = names.reduce(
    (of: unknown, name) => (isMap(of) && Object.hasOwn(of, name) ? of[name] : undefined),
    value,
  );
  return isMap(found) ? found : {};
}

export function mapsIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

/** Numbers and the like as text, as a template or the API server would have them. */
export function wordsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((word) => word !== null && typeof word !== 'object').map(String) : [];
}

export function textAt(value: Json, name: string): string {
  const found = Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof found === 'string' ? found : '';
}
