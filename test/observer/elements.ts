/**
 * The texts of the elements of a JSON list, byte for byte; null: the text is no JSON list. `JSON.parse` alone would lose how
 * another version, or a person, wrote its element.
 */
export function elementsOf(text: string): readonly string[] | null {
  if (!Array.isArray(parsed(text))) return null;
  const inner = text.slice(text.indexOf('[') + 1, text.lastIndexOf(']'));
  if (inner.trim() === '') return [];
  const cuts = cutsOf(inner);
  return [...cuts, inner.length].map((end, at) => inner.slice(at === 0 ? 0 : (cuts[at - 1] ?? 0) + 1, end).trim());
}

/** What a text says in JSON; undefined: it is none. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none for what is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Where commas stand between the elements. */
function cutsOf(inner: string): readonly number[] {
  const cuts: number[] = [];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < inner.length; at += 1) {
    const sign = inner[at];
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    else if (sign === ',' && depth === 0) cuts.push(at);
  }
  return cuts;
}
