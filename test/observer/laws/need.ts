import type { Law } from '../law.ts';
import { type Entry, holderOf } from '../lease-view.ts';
import { nodeOf } from '../step.ts';
import type { World } from '../world.ts';

/**
 * Law 4: never a second reboot for the same need. Met is what a call of ours went down for, and what the Node notes as handled. It
 * is forgotten only with what it is kept in, the Node and the Lease: with them, by a restore, also one between the call and the
 * way down, by a person who takes the note away; and a person's retry is good for one more. No need is met without another boot
 * than that of the Node's own mark, whatever the Lease says.
 */
export function need(): Law {
  const met = new Map<string, string[]>();
  const retried = new Set<string>();
  return {
    judge(step, world) {
      switch (step.is) {
        case 'down': {
          const { awayFor } = world.machine(step.node);
          if (awayFor?.need != null && awayFor.claim !== null && isKept(step.node, awayFor.need, world))
            note(met, step.node, awayFor.need);
          return [];
        }
        case 'person':
          if (step.act === 'retry') retried.add(step.of ?? step.through);
          return [];
        case 'node': {
          const { name, before, after, writer } = step;
          if (forgets(step, world)) met.delete(name);
          const noted = after?.handled;
          if (noted == null || noted.text === before?.handled?.text || nodeOf(writer) !== name) return [];
          note(met, name, noted.need);
          return inItsBoot(step, world)
            ? [`${name} noted a need as met in the boot in which it had marked its Node`]
            : [];
        }
        case 'lease':
          for (const entry of step.before.holders) if (forgetsWith(entry, step, world)) met.delete(entry.node);
          return [];
        case 'asked': {
          const wanted = world.fences.get(step.node)?.need ?? '';
          const again = (met.get(step.node) ?? []).some((one) => coveredBy(wanted, one));
          if (again && retried.delete(step.node)) return [];
          return again ? [`${step.node} asked for a second reboot for the same need`] : [];
        }
        default:
          return [];
      }
    },
  };
}

/**
 * Whether every part of a need was among the parts of another one: a reboot that met `a+b` has met `a` and `b`. Where a part says
 * its round (`a@7`), a later round is another need; one without is the need of any round.
 */
export function coveredBy(wanted: string, met: string): boolean {
  const parts = met.split('+').map(partOf);
  return wanted
    .split('+')
    .map(partOf)
    .every((part) => parts.some(({ name, round }) => name === part.name && part.round <= round));
}

function partOf(text: string): { readonly name: string; readonly round: number } {
  const [, name = text, round = '0'] = /^(.*)@(\d{1,15})$/.exec(text) ?? [];
  return { name, round: Number(round) };
}

function note(met: Map<string, string[]>, node: string, need: string): void {
  const known = met.get(node) ?? [];
  if (!known.includes(need)) met.set(node, [...known, need]);
}

/** Whether the claim, the mark or the note of this node names the need. */
function isKept(node: string, need: string, world: World): boolean {
  const { handled, mark } = world.nodes.get(node) ?? {};
  return [holderOf(world.lease, node)?.need, mark?.need, handled?.need].includes(need);
}

/** The same of a claim that somebody else took away: neither the note nor the mark has its need. */
function forgetsWith(
  { node, need }: Entry,
  { writer, after }: Extract<Parameters<Law['judge']>[0], { is: 'lease' }>,
  world: World,
): boolean {
  if (nodeOf(writer) === node || holderOf(after, node) !== undefined) return false;
  const { handled, mark } = world.nodes.get(node) ?? {};
  return need !== handled?.need && need !== mark?.need;
}

/** A soft reboot keeps the boot. */
function inItsBoot({ name, before }: Extract<Parameters<Law['judge']>[0], { is: 'node' }>, world: World): boolean {
  const mark = before?.mark ?? null;
  return mark !== null && mark.method !== 'soft-reboot' && mark.boot !== '' && mark.boot === world.bootOf(name);
}

/** What remembers it is gone: the note, and no claim or mark has the need any more. */
function forgets(
  { name, before, after, writer }: Extract<Parameters<Law['judge']>[0], { is: 'node' }>,
  world: World,
): boolean {
  if (nodeOf(writer) === name && after !== null) return false;
  const lost = [before?.handled?.need, before?.mark?.need].some(
    (need) => need !== undefined && need !== after?.handled?.need && need !== after?.mark?.need,
  );
  return lost && holderOf(world.lease, name) === undefined;
}
