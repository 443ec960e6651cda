import type { Clock } from '../ports/clock.ts';

/**
 * Asks for a sign of life once a period, until the signal is aborted. The sign is the loop's own progress: a nudge goes in,
 * and only what comes out of it feeds systemd's watchdog.
 */
export function feedWatchdog(period: number | null, nudge: () => void, clock: Clock, signal: AbortSignal): void {
  if (period === null) return;
  const again = (): void => {
    if (signal.aborted) return;
    nudge();
    clock.timer(period, again);
  };
  again();
}
