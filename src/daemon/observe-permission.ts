import type { Answer } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { sumNeeds } from '../core/need-sum.ts';
import { allPermissions, type Permission } from '../core/permission.ts';
import type { Event } from '../core/phases/event.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { NeedSource, PermissionSource } from '../ports/source.ts';
import type { Inbox } from './inbox.ts';

/** How long one source may take; one that does not answer in time is unknown, which refuses. */
const longest = 30_000;

export interface Asking {
  /** Asks every source of permission and looks at every sentinel, all at once. */
  ask(signal: AbortSignal): Promise<Extract<Event, { on: 'permission' }>>;
  /** Looks at the sentinels alone. */
  look(signal: AbortSignal): Promise<Answer<Need>>;
}

export function createAsking(
  needs: readonly NeedSource[],
  permissions: readonly PermissionSource[],
  clock: Clock,
): Asking {
  const look = async (signal: AbortSignal) =>
    sumNeeds(await Promise.all(needs.map((source) => lookAt(source, clock, signal))));
  return {
    look,
    async ask(signal) {
      const askedAt = clock.mono();
      const [need, answers] = await Promise.all([
        look(signal),
        Promise.all(permissions.map((source) => askOne(source, clock, signal))),
      ]);
      return { on: 'permission', answer: allPermissions(answers), need, askedAt };
    },
  };
}

/** Tells the inbox whenever a sentinel or a source of permission may have changed, until the signal is aborted. */
export function observeSources(
  needs: readonly NeedSource[],
  permissions: readonly PermissionSource[],
  asking: Asking,
  inbox: Inbox,
  signal: AbortSignal,
): void {
  let looking = false;
  let again = false;
  const look = async () => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      const answer = await asking.look(signal);
      if (!signal.aborted) inbox.put({ on: 'need', answer });
    } while (again && !signal.aborted);
    looking = false;
  };
  for (const source of needs) source.watch(() => void look(), signal);
  for (const source of permissions) source.watch(() => inbox.put({ on: 'permission-hint' }), signal);
  void look();
}

async function lookAt(source: NeedSource, clock: Clock, signal: AbortSignal): Promise<Answer<Need>> {
  using deadline = clock.deadline(longest, signal);
  try {
    return await source.look(deadline.signal);
  } catch (error) {
    return { is: 'unknown', reason: reason('need-unknown', { source: source.name, why: words(error) }) };
  }
}

async function askOne(source: PermissionSource, clock: Clock, signal: AbortSignal): Promise<Permission> {
  using deadline = clock.deadline(longest, signal);
  try {
    return await source.ask(deadline.signal);
  } catch (error) {
    return { is: 'unknown', reasons: [reason('permission-unknown', { source: source.name, why: words(error) })] };
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
