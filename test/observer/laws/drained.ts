import type { Law } from '../law.ts';
import { nodeOf } from '../step.ts';

/** A person's uncordon may be this young at the call: what turned after the last look cannot be in it, as with permission. */
const unnoticed = 10_050;

/**
 * Law 2: who asks for a reboot has seen the drain end. Since its process began and since the mark was set there was a moment without a pod
 * that has to go, unless `podsMayStay` (drain.onTimeout: reboot); and the node is cordoned, unless a person uncordoned it after the fence or so shortly before that nobody could know.
 */
export function drained(podsMayStay: boolean): Law {
  const uncordoned = new Map<string, { readonly at: number; readonly number: number }>();
  return {
    judge(step, world) {
      if (step.is === 'node' && step.before?.cordoned === true && step.after?.cordoned !== true)
        if (nodeOf(step.writer) !== step.name) uncordoned.set(step.name, { at: world.at, number: world.number });
      if (step.is !== 'asked') return [];
      const { node } = step;
      const machine = world.machine(node);
      const fence = world.fences.get(node);
      const marked = world.marks.get(fence?.claim ?? '') ?? 0;
      const excused = fence === undefined || !world.untouched(fence.claim);
      const by = uncordoned.get(node);
      const late = by !== undefined && (by.number > (fence?.since ?? 0) || world.at - by.at <= unnoticed);
      const open = world.nodes.get(node)?.cordoned === false && !late && !excused;
      const full = !podsMayStay && world.hasPods(node) && machine.emptyAt < Math.max(machine.processSince, marked);
      return [
        ...(open ? [`${node} asked for a reboot and was not cordoned`] : []),
        ...(full ? [`${node} asked for a reboot with pods that had to go`] : []),
      ];
    },
  };
}
