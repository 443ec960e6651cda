import type { CommandBlocker } from '../core/blockers/settings.ts';
import { limits } from '../core/limits.ts';
import { allPermissions, type Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { DatedPermission } from '../ports/source.ts';

/** Older than this no permission of a command is given: the other half of its time is for all that comes before the reboot. */
const oldest = limits.permissionAge / 2;

type Run = (blocker: CommandBlocker) => Promise<Permission>;

/** What a command said, how long it took to say it, and when (monotonic) it had. */
interface Said {
  readonly blocker: CommandBlocker;
  readonly answer: Permission;
  readonly took: number;
  readonly at: number;
}

/**
 * Runs all at once. What permitted long before the last one ended is run again, so that nothing is allowed that may have turned
 * meanwhile; where that takes long itself, all are run again, each so much later that they end together.
 */
export async function askTogether(
  blockers: readonly CommandBlocker[],
  run: Run,
  clock: Clock,
  signal: AbortSignal,
): Promise<DatedPermission> {
  const runOne = async (blocker: CommandBlocker, later = 0): Promise<Said> => {
    if (later > 0) await clock.sleep(later, signal);
    const began = clock.mono();
    const answer = await run(blocker);
    return { blocker, answer, took: clock.mono() - began, at: clock.mono() };
  };
  const isOld = ({ at }: Said): boolean => clock.mono() - at > oldest;
  const first = await Promise.all(blockers.map((blocker) => runOne(blocker)));
  const old = first.filter(isOld);
  if (old.length === 0 || !permit(first)) return together(first);
  const again = old.some(({ took }) => took > oldest) ? first : old;
  const longest = Math.max(...again.map(({ took }) => took));
  const second = await Promise.all(
    first.map((said) => (again.includes(said) ? runOne(said.blocker, longest - said.took) : said)),
  );
  return permit(second) && second.some(isOld) ? notTogether : together(second);
}

function permit(all: readonly Said[]): boolean {
  return all.every(({ answer }) => answer.is === 'allowed');
}

function together(all: readonly Said[]): DatedPermission {
  const answer = allPermissions(all.map((one) => one.answer));
  return all.length === 0 ? answer : { ...answer, asOf: Math.min(...all.map(({ at }) => at)) };
}

/** It passes: the next time they may take as long as they did the time before. */
const notTogether: Permission = {
  is: 'unknown',
  reasons: [
    reason('permission-unknown', {
      source: 'blockers.commands',
      why: `they permit it, but not within ${oldest / 1000} s of each other; let those that take long be quicker`,
    }),
  ],
  passing: true,
};
