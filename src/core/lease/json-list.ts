/**
 * The elements of a JSON list, each as the text it stood as, without the white space around it; null when the text is no
 * JSON or no list. Giving an element back byte for byte needs its text: parsing loses repeated keys, long numbers and order.
 */
export function jsonElements(text: string): readonly string[] | null {
  if (!isList(text)) return null;
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') {
      depth++;
      if (depth === 1) start = at + 1;
    } else if (character === ']' || character === '}') {
      depth--;
      if (depth === 0) elements.push(text.slice(start, at).trim());
    } else if (character === ',' && depth === 1) {
      elements.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return elements.length === 1 && elements[0] === '' ? [] : elements;
}

/** The JSON text of a list whose elements are texts already. */
export function jsonList(elements: readonly string[]): string {
  return `[${elements.join(',')}]`;
}

/** An element as an object's fields; null when it is anything else. */
export function jsonFields(text: string): Readonly<Record<string, unknown>> | null {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** How many lists and objects stand in one another at the deepest place; only for text that is known to be JSON. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The index of the quote that ends the string begun at `at`; only for text that is known to be JSON. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}
