const longest = 60;
/** Control characters, line separators, marks that turn the direction of writing, and halves of a surrogate pair. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from a file as an error shows it: in quotes, at most 60 characters of it, everything unprintable escaped. */
export function quoted(text: string): string {
  const all = Array.from(text);
  const cut = all.length > longest ? `${all.slice(0, longest).join('')}…` : text;
  return escapeUnprintable(JSON.stringify(cut));
}

/** A value as YAML gave it, in words: `"abc"`, `the number 5`, `a list`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'empty';
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** As `\uXXXX`, which JSON and YAML both read back; surrogate pairs come out as their two halves. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (character) =>
    Array.from({ length: character.length }, (_, at) => hexEscape(character.charCodeAt(at))).join(''),
  );
}

function hexEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
