import type { Law } from '../law.ts';
import { holderOf } from '../lease-view.ts';
import type { Seen } from '../seen.ts';
import { heldIn, type World } from '../world.ts';

/**
 * Law 1: no reboot is asked for without a fence that this process wrote in this boot, one call for each, and the entry still says so; and
 * no node goes down by our call without its entry saying so. A claim that an act took away is excused: the call cannot be called back.
 */
export function ask(): Law {
  return {
    judge(step, world) {
      if (step.is === 'asked') return asked(step, world);
      if (step.is === 'down' && step.why === 'reboot') return down(step, world);
      return [];
    },
  };
}

function asked({ node, boot, process }: Extract<Seen, { is: 'asked' }>, world: World): readonly string[] {
  const fence = world.fences.get(node);
  if (fence === undefined) return [`${node} asked for a reboot without a fence`];
  if (fence.by !== process) return [`${node} asked for a reboot with another process's fence`];
  if (fence.boot !== boot) return [`${node} asked for a reboot with a fence of another boot`];
  if (fence.used) return [`${node} asked for a reboot twice with one fence`];
  fence.used = true;
  if (!world.untouched(fence.claim)) return [];
  const entry = heldIn(world.lease, node, fence.claim);
  if (entry === undefined) return [`${node} asked for a reboot and held nothing any more`];
  const { phase, by, attempt } = entry;
  const stands = phase === 'rebooting' && by === process && attempt === fence.attempt;
  return stands ? [] : [`${node} asked for a reboot with a fence that no longer stood`];
}

function down({ node }: Extract<Seen, { is: 'down' }>, world: World): readonly string[] {
  const { awayFor } = world.machine(node);
  if (awayFor === null) return [`${node} went down by a call that nobody made`];
  if (awayFor.claim === null || !world.untouched(awayFor.claim)) return [];
  const entry = holderOf(world.lease, node);
  if (entry?.claim !== awayFor.claim) return [`${node} went down by our call and its claim was gone`];
  return entry.phase === 'rebooting' ? [] : [`${node} went down by our call while its entry said ${entry.phase}`];
}
