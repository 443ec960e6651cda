import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The last value that the files of a folder give a key, in the order of their names, as written; null: none gives it one. */
export async function lastInDropIns(folder: string, ending: string, key: string): Promise<string | null> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  const lines = texts.join('\n').matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(.*?)[ \\t]*$`, 'gm'));
  return [...lines].at(-1)?.[1] ?? null;
}
