import type { Law } from '../law.ts';
import { claimIn, type Entry } from '../lease-view.ts';
import { provenAfter } from '../machine.ts';
import { nodeOf, type Step } from '../step.ts';
import type { World } from '../world.ts';

type LeaseStep = Extract<Step, { is: 'lease' }>;

/**
 * Law 3: a node gives its claim back only when its Node carries neither the mark nor a cordon of ours (or is gone), and only from backing-out,
 * or from verifying once a later boot than the claim's was proven. Where a restore of etcd set its entry back, what the holder had said
 * before goes on to count until it says something else.
 */
export function release(): Law {
  const said = new Said();
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      const found = letGo(step, said, world);
      said.take(step);
      return found;
    },
  };
}

function letGo({ before, after, writer }: LeaseStep, said: Said, world: World): readonly string[] {
  return before.holders.flatMap((entry) => {
    const own = nodeOf(writer) === entry.node && before.forceRelease !== entry.node;
    if (!own || claimIn(after, entry.claim) !== undefined) return [];
    const forced = world.explained(entry.node, ['force-release', 'edit']);
    if (forced) world.taken.add(entry.claim);
    return forced ? [] : released(said.of(entry), world);
  });
}

/** What the holder of each claim had made of its entry, where etcd has brought back what it said earlier. */
class Said {
  readonly #setBack = new Map<string, Entry>();
  readonly #left = new Map<string, Entry>();

  of(entry: Entry): Entry {
    return this.#setBack.get(entry.claim) ?? entry;
  }

  take({ before, after, writer }: LeaseStep): void {
    for (const entry of before.holders) if (!claimIn(after, entry.claim)) this.#left.set(entry.claim, this.of(entry));
    for (const now of after.holders) {
      const was = claimIn(before, now.claim);
      if (was?.text === now.text) continue;
      if (writer.is === 'etcd') this.#broughtBack(now, was ?? this.#left.get(now.claim));
      // A note beside it says nothing new; a phase does, and so does another process than the one that said it.
      else if (was?.phase !== now.phase || this.of(now).by !== now.by) this.#setBack.delete(now.claim);
    }
  }

  #broughtBack(now: Entry, was: Entry | undefined): void {
    if (was !== undefined) this.#setBack.set(now.claim, this.of(was));
  }
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
