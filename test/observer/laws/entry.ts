import type { Law } from '../law.ts';
import { claimIn, type Entry } from '../lease-view.ts';
import { nodeOf } from '../step.ts';
import type { World } from '../world.ts';

/** Which phase follows which within one claim. */
const follows: Readonly<Record<string, readonly string[]>> = {
  draining: ['rebooting', 'backing-out', 'verifying'],
  rebooting: ['draining', 'backing-out', 'verifying'],
  'backing-out': [],
  verifying: [],
};

const known = new Set(
  'node uid machine claim boot soft phase by attempt starts need limit reads method stuck releaseAfter since changed'.split(
    ' ',
  ),
);

/**
 * What a holder writes into its own entry: begun as draining; the claim, its boot and its limit never change; attempts and starts only grow; backing-out
 * and verifying are left by the release alone; verifying only in another boot than the claim's; and what a newer version wrote is kept.
 */
export function entry(): Law {
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      return step.after.holders.flatMap((now) => {
        if (now.node !== nodeOf(step.writer)) return [];
        const was = claimIn(step.before, now.claim);
        if (was === undefined) return begun(now);
        return was.text === now.text ? [] : rewritten(was, now, world);
      });
    },
  };
}

function begun({ node, phase, attempt, starts }: Entry): readonly string[] {
  const fresh = phase === 'draining' && attempt === 0 && starts === 0;
  return fresh ? [] : [`${node} began a claim with an entry that says ${phase}`];
}

function rewritten(was: Entry, now: Entry, world: World): readonly string[] {
  const { node } = now;
  const boot = world.machine(node).boot;
  const moved = was.phase !== now.phase;
  const replaced = was.fields['machine'] !== now.fields['machine'];
  const soft = was.fields['method'] === 'soft-reboot';
  const sameBoot = boot !== null && now.phase === 'verifying' && moved && now.boot === boot && !soft && !replaced;
  const lost = Object.keys(was.fields).filter((name) => !known.has(name) && !(name in now.fields));
  return [
    ...(moved && !(follows[was.phase] ?? []).includes(now.phase)
      ? [`${node} went from ${was.phase} to ${now.phase}`]
      : []),
    ...(was.boot === now.boot && was.soft === now.soft ? [] : [`${node} rewrote the boot of its claim`]),
    ...(was.limit === now.limit ? [] : [`${node} rewrote the limit of its claim`]),
    ...(isCountedDown(was, now) && !world.explained(node, ['retry'])
      ? [`${node} counted its attempts or starts down`]
      : []),
    ...(sameBoot ? [`${node} says verifying in the boot of its claim`] : []),
    ...(lost.length > 0 ? [`${node} dropped what a newer version wrote into its entry`] : []),
  ];
}

/** A person's retry begins both anew. */
function isCountedDown(was: Entry, now: Entry): boolean {
  return now.attempt < was.attempt || now.starts < was.starts;
}
