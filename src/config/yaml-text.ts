import { escapeUnprintable } from './shown.ts';
import type { Plain } from './tree.ts';

/** A value as YAML on one line that reads back as the same value. */
export function yamlText(value: Plain): string {
  if (typeof value === 'string') return textOf(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(yamlText).join(', ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${textOf(key)}: ${yamlText(inner)}`);
  return `{${entries.join(', ')}}`;
}

/** Words that YAML 1.1 or 1.2 read as something else than text. */
const otherMeaning = /^(null|true|false|yes|no|on|off|y|n)$/i;
/** Begins with a letter or a slash, or is a duration: such text is never a number, and needs no quotes anywhere. */
const bare = /^([A-Za-z/][\w./-]*|\d+[a-z][\da-z]*)$/;
const number = /^(0[xob][\da-f]+|\d+e\d+)$/i;

function textOf(text: string): string {
  if (bare.test(text) && !otherMeaning.test(text) && !number.test(text)) return text;
  return escapeUnprintable(JSON.stringify(text));
}

function isList(value: object): value is readonly Plain[] {
  return Array.isArray(value);
}
