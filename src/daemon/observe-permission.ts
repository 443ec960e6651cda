import type { Answer } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { sumNeeds } from '../core/need-sum.ts';
import { allPermissions, type Permission } from '../core/permission.ts';
import type { Event } from '../core/phases/event.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { DatedPermission, NeedSource, PermissionSource } from '../ports/source.ts';
import { unlessAborted } from '../ports/unless-aborted.ts';
import type { Inbox } from './inbox.ts';
import { NeedAnswers } from './need-answers.ts';

/**
 * How long one source of permission may take; one that does not answer in time is unknown, which refuses. Shorter than the
 * age that permission may have at the reboot (core/limits.ts permissionAge): a later answer would be too old already.
 */
const longestAsk = 8_000;
/** Looks at the sentinels that took longer than this leave a permission that is asked for again. */
const quick = 1_000;

export interface Asking {
  /**
   * Asks every source of permission at once and, where nothing refuses, looks at every sentinel; where something does, the
   * sentinels' last answers are answer enough. `askedAt` is when the permission was asked for.
   */
  ask(signal: AbortSignal): Promise<Extract<Event, { on: 'permission' }>>;
  /** Looks at one sentinel; null while not all have been looked at once and none of them asks for a reboot. */
  look(source: NeedSource, signal: AbortSignal): Promise<Answer<Need> | null>;
}

/** An answer, and when (monotonic) it was asked for. */
interface Asked {
  readonly answer: Permission;
  readonly askedAt: number;
}

export function createAsking(
  needs: readonly NeedSource[],
  permissions: readonly PermissionSource[],
  clock: Clock,
  needSince: () => number | null = () => null,
  known: () => Permission = () => ({ is: 'allowed' }),
): Asking {
  const answers = new NeedAnswers(needs, clock);
  const askAll = async (signal: AbortSignal): Promise<Asked> => {
    const asked = await askEach(permissions, clock, needSince(), signal);
    for (const { source } of asked.answers) {
      const others = asked.answers.filter((one) => one.source !== source);
      source.heard?.(allPermissions([known(), ...others.map(({ answer }) => answer)]));
    }
    return { answer: allPermissions(asked.answers.map(({ answer }) => answer)), askedAt: asked.askedAt };
  };
  return {
    look: (source, signal) => answers.look(source, signal),
    async ask(signal) {
      const first = await askAll(signal);
      const last = answers.last();
      if (first.answer.is !== 'allowed' && last !== null) return { on: 'permission', need: last, ...first };
      const before = clock.mono();
      const need = await answers.lookAtAll(signal);
      if (clock.mono() - before < quick) return { on: 'permission', need, ...first };
      return { on: 'permission', need, ...(await askAll(signal)) };
    },
  };
}

interface AskedEach {
  readonly answers: readonly { readonly source: PermissionSource; readonly answer: Permission }[];
  readonly askedAt: number;
}

/** Asks all at once. A slow one's answer counts as of its end, and what answered at once may have turned meanwhile: it is asked again. */
async function askEach(
  permissions: readonly PermissionSource[],
  clock: Clock,
  needSince: number | null,
  signal: AbortSignal,
): Promise<AskedEach> {
  const ask = async (source: PermissionSource) => {
    const answer = await askOne(source, clock, needSince, signal);
    return { source, answer, at: answer.asOf ?? clock.mono() };
  };
  const askedAt = clock.mono();
  const answers = await Promise.all(permissions.map(ask));
  const isSlow = ({ source }: { readonly source: PermissionSource }) => source.longest !== undefined;
  const late = answers.some((one) => isSlow(one) && one.at - askedAt >= quick);
  if (!late || answers.some(({ answer }) => answer.is !== 'allowed')) return { answers, askedAt };
  const oldest = Math.min(clock.mono(), ...answers.filter(isSlow).map(({ at }) => at));
  const again = answers.map((one) => (isSlow(one) ? one : ask(one.source)));
  return { answers: await Promise.all(again), askedAt: oldest };
}

/** The sources there are now; the sentinels can be exchanged for others while the daemon runs. */
export interface Sources extends Pick<Asking, 'ask'> {
  exchange(needs: readonly NeedSource[]): void;
}

/** Observes the sources until the signal is aborted. */
export function openSources(
  first: readonly NeedSource[],
  permissions: readonly PermissionSource[],
  clock: Clock,
  inbox: Inbox,
  needSince: () => number | null,
  known: () => Permission,
  signal: AbortSignal,
): Sources {
  const begin = (needs: readonly NeedSource[]) => {
    const end = new AbortController();
    const asking = createAsking(needs, permissions, clock, needSince, known);
    observeSources(needs, permissions, asking, inbox, AbortSignal.any([signal, end.signal]));
    return { asking, end };
  };
  let now = begin(first);
  return {
    async ask(until) {
      for (;;) {
        const { asking } = now;
        const answer = await asking.ask(until);
        // An answer of sentinels that were exchanged meanwhile is an answer to another question.
        if (asking === now.asking || until.aborted) return answer;
      }
    },
    exchange(needs) {
      now.end.abort();
      now = begin(needs);
      inbox.put({ on: 'permission-hint' });
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
  if (needs.length === 0) inbox.put({ on: 'need', answer: sumNeeds([]) });
  for (const source of needs) {
    const look = oneAtATime(async () => {
      const answer = await asking.look(source, signal);
      if (answer !== null && !signal.aborted) inbox.put({ on: 'need', answer });
    }, signal);
    source.watch(look, signal);
    look();
  }
  for (const source of permissions) source.watch(() => inbox.put({ on: 'permission-hint' }), signal);
}

/** Calls that come while the work is being done lead to one more time of it, however many they are. */
function oneAtATime(work: () => Promise<void>, signal: AbortSignal): () => void {
  let working = false;
  let again = false;
  const run = async (): Promise<void> => {
    working = true;
    do {
      again = false;
      await work();
    } while (again && !signal.aborted);
    working = false;
  };
  return () => {
    if (working) again = true;
    else void run();
  };
}

/** Asks one source, and waits for it no longer than the time one has; whatever goes wrong is unknown. */
export async function askOne(
  source: PermissionSource,
  clock: Clock,
  needSince: number | null,
  signal: AbortSignal,
): Promise<DatedPermission> {
  using deadline = clock.deadline(source.longest ?? longestAsk, signal);
  try {
    return await unlessAborted(source.ask(deadline.signal, needSince), deadline.signal);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { is: 'unknown', reasons: [reason('permission-unknown', { source: source.name, why })] };
  }
}
