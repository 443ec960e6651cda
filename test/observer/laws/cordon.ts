import type { Law } from '../law.ts';
import { claimIn, type Entry } from '../lease-view.ts';
import { provenAfter } from '../machine.ts';
import { cordonIsOurs, type MarkView, type NodeView } from '../node-view.ts';
import { nodeOf } from '../step.ts';
import type { World } from '../world.ts';

/**
 * Law 3: a mark only for a claim that the Lease has, and before its fence (a PATCH that lands late finds the claim backing out, or verifying
 * after a power cut; the restore PATCH comes after it); no cordon without a mark; only our own cordon is undone; and neither cordon
 * nor mark go before the proof of another boot, but by a back-out that said so in the Lease, or where the claim was taken away.
 */
export function cordon(): Law {
  return {
    judge(step, world) {
      if (step.is !== 'node' || nodeOf(step.writer) !== step.name) return [];
      const { name, before, after } = step;
      if (before === null || after === null) return [];
      const turned = before.cordoned !== after.cordoned && before.mark?.text === after.mark?.text;
      if (turned && world.explained(name, after.cordoned ? ['cordon', 'drain'] : ['uncordon', 'drain'])) return [];
      return [
        ...marked(name, before, after, world),
        ...undone(name, before, after, world),
        ...handled(name, before, after, world),
      ];
    },
  };
}

function marked(name: string, before: NodeView, after: NodeView, world: World): readonly string[] {
  const { mark } = after;
  if (mark === null || mark.claim === before.mark?.claim)
    return after.cordoned && !before.cordoned ? [`${name} cordoned itself without a mark`] : [];
  const entry = claimIn(world.lease, mark.claim);
  const excused = !world.untouched(mark.claim);
  const ours = !before.cordoned || cordonIsOurs(before);
  return [
    ...(entry?.node === name || excused ? [] : [`${name} is marked and holds nothing`]),
    ...(entry === undefined || entry.phase !== 'rebooting' || excused
      ? []
      : [`${name} was marked while its entry said ${entry.phase}`]),
    ...(entry === undefined || entry.boot === mark.boot || excused
      ? []
      : [`${name} has a mark of another boot than its claim`]),
    ...(after.cordoned ? [] : [`${name} was marked without a cordon`]),
    ...(mark.cordoned === ours ? [] : [`${name} says of the cordon that it is ${ours ? 'not ' : ''}its own`]),
  ];
}

function undone(name: string, before: NodeView, after: NodeView, world: World): readonly string[] {
  const uncordoned = before.cordoned && !after.cordoned;
  const unmarked = before.mark !== null && after.mark === null;
  if (!uncordoned && !unmarked) return [];
  const foreign = uncordoned && !cordonIsOurs(before) ? [`${name} undid a cordon that is not its own`] : [];
  const wrong = whyNot(name, before, after, world);
  return wrong === null ? foreign : [...foreign, wrong];
}

/** Why the mark, and the cordon with it, may not go yet; null: they may. */
function whyNot(name: string, before: NodeView, after: NodeView, world: World): string | null {
  const { mark } = before;
  if (mark === null) return null;
  const uncordoned = before.cordoned && !after.cordoned;
  const what = uncordoned ? 'uncordoned' : 'took its mark off';
  const entry = claimIn(world.readable, mark.claim);
  const boot = world.bootOf(name);
  const saysSo = entry?.phase === 'backing-out' && (entry.boot === boot || boot === '');
  // The restore of a back-out lands late, behind a power cut: until the next boot's kubelet reports, its base still stands.
  const landsLate = world.backingOut.has(mark.claim) && before.boot === mark.boot;
  if (saysSo || landsLate) return null;
  if (isRebooted(mark, entry, boot))
    return isProven(name, mark, noted(before, after), world) ? null : `${name} ${what} before its boot was proven`;
  if (world.machine(name).asked !== null) return `${name} ${what} while a reboot was under way`;
  if (entry === undefined || world.lease.forceRelease === name || !world.untouched(mark.claim)) return null;
  // A person uncordoned after the fence: the mark goes, the reboot goes on.
  if (entry.phase === 'rebooting' && !uncordoned && !after.cordoned) return null;
  return `${name} ${what} while its entry said ${entry.phase}`;
}

/** Another boot; or, as a soft reboot keeps the boot ID, a claim for one that says it is over. A mark that cannot be read tells nothing. */
function isRebooted(mark: MarkView, entry: Entry | undefined, boot: string): boolean {
  if (mark.cordoned === null || (boot !== '' && mark.boot !== boot)) return true;
  return mark.method === 'soft-reboot' && (entry === undefined || entry.phase === 'verifying');
}

/**
 * Ready was reported by a boot after the mark's: by the one that this write notes as the one that met the need, else by any. A soft
 * reboot has no boot ID to tell.
 */
function isProven(name: string, mark: MarkView, by: string | null, world: World): boolean {
  const machine = world.machine(name);
  if (mark.cordoned === null) return machine.proven.has(by ?? world.bootOf(name));
  return mark.method === 'soft-reboot' ? machine.proven.size > 0 : provenAfter(machine, mark.boot, by);
}

/** The boot that this write notes as the one that met a need; a soft reboot's count stands behind its ID. */
function noted(before: NodeView, { handled }: NodeView): string | null {
  return handled === null || handled.text === before.handled?.text ? null : (handled.boot.split('/')[0] ?? null);
}

/** What is noted as met was met by a boot that was proven. */
function handled(name: string, before: NodeView, after: NodeView, world: World): readonly string[] {
  const by = noted(before, after);
  if (by === null || world.machine(name).proven.has(by)) return [];
  return [`${name} noted a need as met by a boot that was not proven`];
}
