import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';

/** How often the file is written anew: no slower than collectors are usually scraped. */
const period = 15_000;

export interface TextfileDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes the page into a file for the textfile collector of node-exporter, at once and every 15 s, until the signal is
 * aborted; then the file is taken away, as figures of a service that does not run mislead. A reader finds a whole page or
 * none: it is written beside the file, under a name that no collector reads, and renamed. Everybody may read it. Never
 * rejects: what goes wrong is logged, once for each new cause, and tried again.
 */
export async function keepTextfile(
  file: string,
  page: () => string,
  deps: TextfileDeps,
  signal: AbortSignal,
): Promise<void> {
  let told: string | null = null;
  while (!signal.aborted) {
    const why = await writeWhole(file, page());
    if (why !== told || told === null) {
      if (why !== null) deps.log.event('textfile-failed', { file, why });
      else if (told !== '') deps.log.event('textfile-written', { file });
    }
    told = why ?? '';
    await deps.clock.sleep(period, signal).catch(() => undefined);
  }
  await unlink(file).catch(() => undefined);
}

/** Null when the file holds the text now; else why not. */
async function writeWhole(file: string, text: string): Promise<string | null> {
  // The collector reads "*.prom" only, and ls does not show it.
  const next = join(dirname(file), `.${basename(file)}.new`);
  try {
    const handle = await open(next, 'w', 0o644);
    try {
      // The unit's umask takes the readers' bits away.
      await handle.chmod(0o644);
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(next, file);
    return null;
  } catch (error) {
    await unlink(next).catch(() => undefined);
    return outsideText(error instanceof Error ? error.message : String(error), 200);
  }
}
