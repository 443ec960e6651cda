/** What a case knows: its own names and the answers it kept. */
export type Known = Map<string, unknown>;

/** Puts what is known into every text of a value. */
export function filled(known: Known, value: unknown): unknown {
  if (typeof value === 'string') return filledText(known, value);
  if (Array.isArray(value)) return value.map((each) => filled(known, each));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [String(filledText(known, key)), filled(known, inner)]),
  );
}

function filledText(known: Known, text: string): unknown {
  const whole = /^\{([\w.-]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(known, whole);
  return text.replace(/\{([a-z][\w.-]*)\}/g, (_place, path: string) => String(lookUp(known, path)));
}

function lookUp(known: Known, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  if (!known.has(first)) throw new Error(`the case does not know {${path}}`);
  return member(known.get(first), rest);
}

export function member(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (isMap(inner) || Array.isArray(inner) ? at(inner, step) : undefined),
    value,
  );
}

function at(value: object, step: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[step];
}

/** RFC 7386 */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** Where `value` is not like `wanted`; null when it is. */
export function difference(value: unknown, wanted: unknown, path = ''): string | null {
  if (wanted instanceof RegExp)
    return wanted.test(String(value)) ? null : `${path} is ${JSON.stringify(value)}, not like ${wanted}`;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value) || value.length !== wanted.length)
      return `${path} is ${JSON.stringify(value)}, not a list of ${wanted.length}`;
    return first(wanted.map((each, index) => difference(value[index], each, `${path}[${index}]`)));
  }
  if (isMap(wanted)) {
    if (!isMap(value)) return `${path} is ${JSON.stringify(value)}, not an object`;
    return first(Object.entries(wanted).map(([key, each]) => difference(value[key], each, `${path}.${key}`)));
  }
  return Object.is(value, wanted) ? null : `${path} is ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`;
}

function first(differences: readonly (string | null)[]): string | null {
  return differences.find((each) => each !== null) ?? null;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
