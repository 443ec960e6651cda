import { readFile } from 'node:fs/promises';
import { wallText } from '../core/now.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import { after, type Clock } from '../ports/clock.ts';
import type { PermissionSource } from '../ports/source.ts';

export interface UptimeParts {
  readonly clock: Clock;
  /** Milliseconds that the machine has to be up before it may be rebooted; null: any time will do. */
  readonly minimum: () => number | null;
  /** proc_uptime(5). */
  readonly file?: string;
}

const minute = 60_000;

/** No permission before the machine has been up for so long. */
export function uptimeSource(parts: UptimeParts): PermissionSource {
  const { clock, minimum, file = '/proc/uptime' } = parts;
  const hints = new Set<() => void>();
  let cancel = (): void => {};
  /** In whole seconds, milliseconds since 1970. */
  let booted: number | null = null;
  const hintAfter = (ms: number): void => {
    cancel();
    cancel = after(clock, ms, () => {
      for (const hint of hints) hint();
    });
  };
  return {
    name: 'uptime',
    async ask(): Promise<Permission> {
      const least = minimum();
      if (least === null) return { is: 'allowed' };
      const uptime = await readUptime(file);
      booted = typeof uptime === 'number' ? Math.round((clock.now().wall - uptime) / 1000) * 1000 : null;
      if (typeof uptime === 'object') return { is: 'unknown', reasons: [reason('permission-unknown', uptime)] };
      if (uptime >= least) return { is: 'allowed' };
      if (hints.size > 0) hintAfter(least - uptime);
      // To the next whole minute: the same words each time it is asked.
      const until = Math.ceil((clock.now().wall + least - uptime) / minute) * minute;
      return { is: 'refused', reasons: [reason('uptime-short', { until: wallText(until) })] };
    },
    since: () => booted,
    watch(hint, signal) {
      hints.add(hint);
      const leave = (): void => {
        hints.delete(hint);
        if (hints.size === 0) cancel();
      };
      signal.addEventListener('abort', leave, { once: true });
    },
  };
}

/** Milliseconds since this boot, time asleep included; or why that cannot be told. */
async function readUptime(file: string): Promise<number | { readonly source: string; readonly why: string }> {
  try {
    const seconds = Number.parseFloat(await readFile(file, 'utf8'));
    return seconds >= 0 ? seconds * 1000 : { source: file, why: 'it holds no number' };
  } catch (error) {
    return { source: file, why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}
