import type { Settings } from '../core/settings.ts';
import type { Origins } from './accept.ts';
import { type Key, keyParts, keys, rowOf } from './schema.ts';
import { valuesOf } from './settings.ts';
import { yamlText } from './yaml-text.ts';

/**
 * The settings as a configuration file that has every key, each with the place its value came from in a comment. Read
 * again, it gives the same settings.
 */
export function showSettings(settings: Settings, origins: Origins): string {
  const values = valuesOf(settings);
  const lines: string[] = [];
  let open: string | null = null;
  for (const key of keys) {
    const { section, name } = keyParts(key);
    if (section !== null && section !== open) lines.push(`${section}:`);
    open = section;
    const written = `${section === null ? '' : '  '}${name}: ${yamlText(rowOf(key).kind.write(values[key]))}`;
    lines.push(`${written}  # ${originText(key, origins)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same by key: the value as a file would have it, and the place it came from; null: the default. */
export function settingsJson(
  settings: Settings,
  origins: Origins,
): Readonly<Record<string, { readonly value: unknown; readonly from: string | null }>> {
  const values = valuesOf(settings);
  const entry = (key: Key) => {
    const place = origins.get(key);
    return {
      value: rowOf(key).kind.write(values[key]),
      from: place === undefined ? null : `${place.file}:${place.line}`,
    };
  };
  return Object.fromEntries(keys.map((key) => [key, entry(key)]));
}

function originText(key: Key, origins: Origins): string {
  const place = origins.get(key);
  if (place !== undefined) return `${place.file}:${place.line}`;
  const { without } = rowOf(key);
  return without === '' ? 'default' : `default: ${without}`;
}
