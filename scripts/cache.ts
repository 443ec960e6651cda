import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where runs leave what the next ones need, each in a folder named after a hash of what it was made of. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kured-host');

/** So many folders of a kind stay, and any that was used in these seconds: longer than any run takes, a soak too. */
const kept = { last: 2, seconds: 3 * 3600 } as const;

/** The 16 digits that name a folder: of everything that it is made of, in this order. */
export function hashOf(...parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(String(part.length)).update(':').update(part);
  return sum.digest('hex').slice(0, 16);
}

/**
 * The folder `<kind>-<hash>` of the cache; if it is not there, `fill` makes it, whole or not at all. Two callers at once, also in
 * two processes, get the same. A new folder is the moment to remove those of its kind that nobody has used for hours.
 */
export async function cachedFolder(
  kind: string,
  hash: string,
  fill: (folder: string) => Promise<void> | void,
): Promise<string> {
  const place = join(cache, `${kind}-${hash}`);
  if (!existsSync(place)) {
    mkdirSync(cache, { recursive: true });
    removeUnused(kind);
    const folder = mkdtempSync(join(cache, `new-${kind}-`));
    try {
      // apt reads as a user of its own.
      chmodSync(folder, 0o755);
      await fill(folder);
      renameSync(folder, place);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another process was faster.
      if (!existsSync(place)) throw error;
    }
  }
  // When it was last used.
  utimesSync(place, new Date(), new Date());
  return place;
}

function removeUnused(kind: string): void {
  const own = readdirSync(cache).filter((name) => name.startsWith(`${kind}-`) && /-[0-9a-f]{16}$/.test(name));
  // One that is gone was removed by another process.
  const used = own.flatMap((name) => {
    const stat = statSync(join(cache, name), { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ name, at: stat.mtimeMs }];
  });
  used.sort((one, other) => other.at - one.at);
  for (const { name, at } of used.slice(kept.last)) {
    if (Date.now() - at > kept.seconds * 1000) rmSync(join(cache, name), { recursive: true, force: true });
  }
}
