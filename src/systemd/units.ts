import { type Answer, unknown, yes } from '../core/answer.ts';
import { reason } from '../core/reasons.ts';
import { failure, runSystemctl, type Systemctl } from './jobs.ts';

/** Which of these units are active now, or on their way there; one that does not exist is not. */
export async function activeUnits(
  systemctl: Systemctl,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Answer<ReadonlySet<string>>> {
  const end = await runSystemctl(systemctl, ['show', '--property=Id,ActiveState', '--', ...names], signal);
  if (end.is !== 'exited' || end.code !== 0 || end.cut) {
    return unknown(reason('host-unreadable', { what: 'the state of units', why: `systemctl show: ${failure(end)}` }));
  }
  // A block of `Name=value` lines a unit, blocks parted by an empty line.
  const active = end.stdout
    .split('\n\n')
    .filter((block) => /^ActiveState=(?:active|activating|reloading|refreshing)$/m.test(block))
    .flatMap((block) => /^Id=(.+)$/m.exec(block)?.[1] ?? []);
  return yes(new Set(active));
}
