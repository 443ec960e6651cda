import { nearest } from './nearest.ts';
import { type Key, keyParts, keys, sections } from './schema.ts';
import { quoted } from './shown.ts';

/** The sentence about a key that is not in the table, with the key that was most likely meant. */
export function unknownKey(section: string | null, name: string): string {
  const full = section === null ? name : `${section}.${name}`;
  return `the key ${quoted(full)} is not known; ${hint(section, name, full)}`;
}

function hint(section: string | null, name: string, full: string): string {
  const dotted = keys.find((key) => key === full);
  if (dotted !== undefined) return `write it as ${keyParts(dotted).name} under ${keyParts(dotted).section}`;
  const moved = only(keys.filter((key) => keyParts(key).name === name));
  if (moved !== null) return `did you mean ${moved}?`;
  const here = keys.filter((key) => keyParts(key).section === section).map((key) => keyParts(key).name);
  const names = section === null ? [...sections.keys(), ...here] : here;
  const sibling = nearest(name, names);
  if (sibling !== null) return `did you mean ${section === null ? sibling : `${section}.${sibling}`}?`;
  const other = nearest(full, keys) ?? only(keys.filter((key) => nearest(name, [keyParts(key).name]) !== null));
  if (other !== null) return `did you mean ${other}?`;
  return `the keys ${section === null ? 'outside a section' : `in ${section}`} are ${names.join(', ')}`;
}

function only(found: readonly Key[]): Key | null {
  return found.length === 1 ? (found[0] ?? null) : null;
}
