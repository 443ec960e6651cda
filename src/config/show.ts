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

function originText(key: Key, origins: Origins): string {
  const place = origins.get(key);
  if (place !== undefined) return `${place.file}:${place.line}`;
  const { without } = rowOf(key);
  return without === '' ? 'default' : `default: ${without}`;
}
