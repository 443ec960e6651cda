import type { Law } from '../law.ts';
import { claimIn, roomIn } from '../lease-view.ts';
import { nodeOf } from '../step.ts';

/**
 * Law 1, the fence: written by the holder itself from draining (or once more from rebooting), an attempt more, and refused while the pool is
 * paused, the release is asked for, or as many others as the limit are rebooting or verifying.
 */
export function fence(): Law {
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      const { before, after, writer } = step;
      const node = nodeOf(writer);
      return after.holders.flatMap((entry) => {
        const was = claimIn(before, entry.claim);
        const fenced = entry.phase === 'rebooting' && (was?.phase !== 'rebooting' || was.attempt < entry.attempt);
        if (!fenced || entry.node !== node) return [];
        if (was === undefined) return [`${node} wrote a fence without having held`];
        const down = before.holders.filter(
          ({ claim, phase, readable }) =>
            claim !== entry.claim && (!readable || phase === 'rebooting' || phase === 'verifying'),
        );
        const process = world.machine(node).process;
        const boot = world.machine(node).boot;
        return [
          ...(was.phase === 'draining' || was.phase === 'rebooting' ? [] : [`${node} wrote a fence from ${was.phase}`]),
          ...(entry.attempt === was.attempt + 1 ? [] : [`${node} wrote a fence that is not the next attempt`]),
          ...(before.paused ? [`${node} wrote a fence while the pool was paused`] : []),
          ...(before.release === node ? [`${node} wrote a fence while it was asked to release`] : []),
          ...(before.forceRelease === node ? [`${node} wrote a fence while its entry was to be taken out`] : []),
          ...(down.length >= roomIn(before, entry.limit) ? [`${node} wrote a fence while others were down`] : []),
          ...(typeof process === 'string' && process === entry.by && boot !== null && boot !== entry.boot
            ? [`${node} wrote a fence for another boot than it is in`]
            : []),
        ];
      });
    },
  };
}
