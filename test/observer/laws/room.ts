import type { Law } from '../law.ts';
import { claimIn, type LeaseView, roomIn } from '../lease-view.ts';
import type { Step } from '../step.ts';
import { nodeOf } from '../step.ts';
import type { World } from '../world.ts';

const wentBackFor = 900_000;
/** Clocks of machines drift by a thousandth at most; what has to be waited for by such a clock is over a little early by ours. */
const drift = 0.999;

/**
 * Law 1: an entry is added only where there is room as the adder has to see it, to a Lease that can be understood and is not paused, and
 * not within a quarter of an hour after a process saw it go back.
 */
export function room(): Law {
  const seen = new Map<string, Known>();
  let wentBackAt: number | null = null;
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      const { before, after, writer } = step;
      const node = nodeOf(writer);
      const back = before.there && (after.uid !== before.uid || after.transitions < before.transitions);
      const anew = after.there && !before.there;
      if (back || anew) wentBackAt = world.at;
      if (after.there && (back || anew)) for (const [one, known] of seen) seen.set(one, wentBack(known, after));
      const process = node === null ? null : (world.machines.get(node)?.process ?? null);
      const earlier = process === null ? undefined : seen.get(process);
      const added = after.holders.filter(({ claim, node: of }) => of === node && !claimIn(before, claim));
      const older = earlier?.may.every(({ uid, transitions }) => uid !== after.uid || transitions >= after.transitions);
      const soon = wentBackAt !== null && world.timed && world.at - wentBackAt < wentBackFor * drift;
      if (process !== null && !(older && soon)) seen.set(process, { may: [stateOf(after)], since: null });
      return added.flatMap((entry) => [
        ...(entry.readable ? [] : [`${node} added an entry that cannot be read`]),
        ...(before.unreadable === null ? [] : [`${node} claimed in a Lease that cannot be understood`]),
        ...(before.paused ? [`${node} claimed while the pool was paused`] : []),
        ...(after.holders.length > roomIn(forcedOut(before), entry.limit)
          ? [`${node} claimed where there was no room`]
          : []),
        ...(older && soon ? [`${node} claimed soon after it had seen the Lease go back`] : []),
        ...(added.length > 1 ? [`${node} claimed more than once in one write`] : []),
        ...(before.holders.some((one) => one.node === node && before.forceRelease !== node)
          ? [`${node} claimed while it held a claim`]
          : []),
      ]);
    },
  };
}

/**
 * What a process knew at the least of the Lease when it last went back: what it wrote last, or a state to which the Lease went back
 * since then, if it looked in between. `since`: the state to which it went back last, which whoever writes now has to have seen.
 */
interface Known {
  readonly may: readonly LeaseState[];
  readonly since: LeaseState | null;
}

type LeaseState = Pick<LeaseView, 'uid' | 'transitions'>;

function wentBack({ may, since }: Known, after: LeaseView): Known {
  return { may: since === null ? may : [...may, since], since: stateOf(after) };
}

function stateOf({ uid, transitions }: LeaseView): LeaseState {
  return { uid, transitions };
}

/** Law 1: never more marked, cordoned by us or down by our call at once than could hold when the last of them claimed. */
export function atOnce(): Law {
  return {
    judge(step, world) {
      if (step.is === 'node' && step.after?.mark && step.after.mark.claim !== step.before?.mark?.claim)
        return tooMany(world, markedClaims(world), `${step.name} was marked while others were`);
      if (step.is !== 'down' || step.why !== 'reboot') return [];
      const away = [...world.machines.values()].flatMap(({ awayFor }) => awayFor?.claim ?? []);
      return tooMany(world, away, `${step.node} went down by our call while others were down`);
    },
  };
}

/** The number of holders is bounded when they are added; this is the bound on what they may do at once. */
function tooMany(world: World, claims: readonly string[], sentence: string): readonly string[] {
  const counted = claims.filter((claim) => world.untouched(claim) && world.claims.has(claim));
  const room = Math.max(0, ...counted.map((claim) => world.claims.get(claim)?.room ?? 0));
  return counted.length > room ? [sentence] : [];
}

function markedClaims(world: World): readonly string[] {
  return [...world.nodes.values()].flatMap(({ mark }) => (mark === null ? [] : [mark.claim]));
}

/** An entry that a person wants gone counts as gone for whoever writes next. */
function forcedOut(lease: Extract<Step, { is: 'lease' }>['before']): typeof lease {
  return { ...lease, holders: lease.holders.filter(({ node }) => node !== lease.forceRelease) };
}
