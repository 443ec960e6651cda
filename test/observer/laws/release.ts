import type { Law } from '../law.ts';
import { claimIn, type Entry } from '../lease-view.ts';
import { provenAfter } from '../machine.ts';
import { nodeOf } from '../step.ts';
import type { World } from '../world.ts';

/**
 * Law 3: a node gives its claim back only when its Node carries neither the mark nor a cordon of ours (or is gone), and only from backing-out,
 * or from verifying once a later boot than the claim's was proven.
 */
export function release(): Law {
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      const { before, after, writer } = step;
      return before.holders.flatMap((entry) => {
        const own = nodeOf(writer) === entry.node && before.forceRelease !== entry.node;
        if (!own || claimIn(after, entry.claim) !== undefined) return [];
        const forced = world.explained(entry.node, ['force-release', 'edit']);
        if (forced) world.taken.add(entry.claim);
        return forced ? [] : released(entry, world);
      });
    },
  };
}

function released({ node, phase, boot, fields }: Entry, world: World): readonly string[] {
  const now = world.nodes.get(node);
  const left = now?.mark != null ? 'marked' : now?.cordoned && now.cordonOwner === 'kured-host' ? 'cordoned' : null;
  const machine = world.machine(node);
  const verified = fields['method'] === 'soft-reboot' ? machine.proven.size > 0 : provenAfter(machine, boot);
  const done = phase === 'backing-out' || (phase === 'verifying' && (verified || now === undefined));
  const nothingThere = now === undefined && phase === 'draining';
  return [
    ...(left === null || world.disowned.has(node) ? [] : [`${node} was let go while it was still ${left} by us`]),
    ...(done || nothingThere ? [] : [`${node} was let go while its entry said ${phase}`]),
  ];
}
