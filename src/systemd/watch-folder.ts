import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../ports/clock.ts';

/** Several files change with one lock; the hint comes when they are all there. */
const settle = 200;
/** However often locks come and go, a hint is a handful of short processes. */
const shortest = 5_000;
const again = 60_000;

/**
 * Calls `hint` a moment after something in the folder came, went or changed, until the signal is aborted. Where it cannot be
 * watched (not there yet, no inotify left) it is tried again each minute; who is hinted looks by itself once a minute anyway.
 *
 * logind keeps a file for each inhibitor in /run/systemd/inhibit, and what shutdown(8) scheduled in /run/systemd/shutdown. What
 * stands in them is private to it and not read. A `busctl monitor` in its place would be a process of 4 MB that lives as long
 * as this one and is woken by every message of the bus that matches.
 */
export function watchFolder(folder: string, hint: () => void, clock: Clock, signal: AbortSignal): void {
  let watcher: FSWatcher | null = null;
  let cancel: (() => void) | null = null;
  let last = Number.NEGATIVE_INFINITY;

  const tell = (): void => {
    cancel = null;
    last = clock.mono();
    hint();
  };
  const changed = (): void => {
    cancel ??= clock.timer(Math.max(settle, last + shortest - clock.mono()), tell);
  };
  const end = (): void => {
    watcher?.close();
    watcher = null;
  };
  const retry = (): void => {
    end();
    if (!signal.aborted) clock.timer(again, start);
  };
  const start = (): void => {
    if (signal.aborted) return;
    try {
      watcher = watch(folder, { persistent: false }, changed);
      watcher.on('error', retry);
    } catch {
      retry();
    }
  };
  signal.addEventListener(
    'abort',
    () => {
      cancel?.();
      end();
    },
    { once: true },
  );
  start();
}
