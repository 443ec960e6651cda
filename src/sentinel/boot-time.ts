import { readFile } from 'node:fs/promises';
import { type Answer, unknown, yes } from '../core/answer.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import { errorText } from './error-text.ts';

/**
 * When this boot began, in milliseconds since 1970 by this node's wall clock as it is set now: now less the uptime
 * (proc_uptime(5): seconds since boot, time asleep included). It moves with the wall clock, so it is read anew each time.
 */
export async function readBootTime(clock: Clock, path = '/proc/uptime'): Promise<Answer<number>> {
  try {
    const uptime = Number.parseFloat(await readFile(path, 'utf8'));
    if (uptime >= 0) return yes(clock.now().wall - uptime * 1000);
    return unknown(reason('need-unknown', { source: path, why: 'it holds no number' }));
  } catch (error) {
    return unknown(reason('need-unknown', { source: path, why: errorText(error) }));
  }
}
