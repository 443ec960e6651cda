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
  const here = keys.filter((key) => keyParts(key).section === section).map((key) => keyParts(key).name);
  const names = section === null ? [...sections.keys(), ...here] : here;
  const sibling = nearest(name, names);
  if (sibling !== null) return `did you mean ${section === null ? sibling : `${section}.${sibling}`}?`;
  const other = nearest(full, keys) ?? elsewhere(name);
  if (other !== null) return `did you mean ${other}?`;
  return `the keys ${section === null ? 'outside a section' : `in ${section}`} are ${names.join(', ')}`;
}

/** The one key with such a name in another section; null where there are several or none. */
function elsewhere(name: string): Key | null {
  const same = keys.filter((key) => nearest(name, [keyParts(key).name]) !== null);
  return same.length === 1 ? (same[0] ?? null) : null;
}
