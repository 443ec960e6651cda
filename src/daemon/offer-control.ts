import { type ControlDeps, openControl, type Route } from '../control/server.ts';
import { outsideText } from '../core/outside-text.ts';

const longestPause = 60_000;

/**
 * Offers the two sockets until the signal is aborted. `opened` resolves after the first try, whatever came of it; a folder or
 * a name that cannot be had is logged, once for each new cause, and tried again after 1 s, doubling up to a minute. `closed`
 * resolves when the signal was aborted and all is closed. Neither rejects.
 */
export function offerControl(
  folder: string,
  routes: readonly Route[],
  deps: ControlDeps,
  signal: AbortSignal,
): { readonly opened: Promise<void>; readonly closed: Promise<void> } {
  const { promise: opened, resolve: tried } = Promise.withResolvers<void>();
  return { opened, closed: keepOpen(folder, routes, deps, tried, signal) };
}

async function keepOpen(
  folder: string,
  routes: readonly Route[],
  deps: ControlDeps,
  tried: () => void,
  signal: AbortSignal,
): Promise<void> {
  let told = '';
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const server = await openControl(folder, routes, deps);
      [failures, told] = [0, ''];
      tried();
      const cause = await Promise.race([server.ended, aborted(signal)]);
      await server.close();
      if (cause !== null) throw cause;
    } catch (error) {
      const why = outsideText(error instanceof Error ? error.message : String(error), 200);
      if (why !== told) deps.log.event('control-failed', { why });
      told = why;
    }
    tried();
    await deps.clock.sleep(Math.min(longestPause, 1000 * 2 ** Math.min(failures, 10)), signal).catch(() => {});
  }
  tried();
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
