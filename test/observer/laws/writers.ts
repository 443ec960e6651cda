import type { Law } from '../law.ts';
import { claimIn, type Entry, type LeaseView } from '../lease-view.ts';
import type { Step, Writer } from '../step.ts';
import type { World } from '../world.ts';

/** What a pool's writers are held to; what is left out is not looked at. */
export interface Writers {
  /** Whom nodes act as when they write the Lease; null: nobody, they write it as themselves; undefined: not looked at. */
  readonly account?: string | null | undefined;
  /** An opt-in: a claim may be taken over when its Node has been gone for 15 minutes, or its entry unchanged for `silent` milliseconds. */
  readonly takeOver?: { readonly silent: number | null } | undefined;
}

const lostAfter = 900_000;
const drift = 0.999;

/**
 * Who writes what: a Node by itself alone, the Lease by nodes that act as the account; in the Lease each its own entry and nothing
 * else, with all that it does not know kept; leaseTransitions counts the claims, holderIdentity names the holders.
 */
export function writers(rules: Writers): Law {
  return {
    judge(step, world) {
      if (step.is === 'node') return ofNode(step);
      if (step.is !== 'lease' || step.writer.is !== 'node') return [];
      const { before, after, writer } = step;
      return [
        ...strangers(writer, rules),
        ...hands(step, writer.node, world, rules),
        ...(before.unreadable !== null ? [] : counts(before, after, writer.node)),
      ];
    },
  };
}

function ofNode({ writer, name }: Extract<Step, { is: 'node' }>): readonly string[] {
  if (writer.is !== 'node') return [];
  if (writer.node !== name) return [`${writer.node} wrote the Node ${name}`];
  return writer.as === undefined ? [] : [`${name} wrote its Node as somebody else`];
}

function strangers({ node, as }: Extract<Writer, { is: 'node' }>, { account }: Writers): readonly string[] {
  if (account === undefined || (as ?? null) === account) return [];
  return [`${node} wrote the Lease as ${as === undefined ? 'itself' : 'somebody else'}`];
}

function hands(step: Extract<Step, { is: 'lease' }>, node: string, world: World, rules: Writers): readonly string[] {
  const { before, after } = step;
  if (!after.there || !before.there) return before.there ? [`${node} deleted the Lease`] : [`${node} made the Lease`];
  if (before.unreadable !== null)
    return settled(before, after) ? [] : [`${node} wrote a Lease that cannot be understood`];
  const others = before.holders.flatMap((entry) => other(entry, step, node, world, rules));
  const strange = after.holders.filter(
    (entry) =>
      entry.node !== node &&
      !before.holders.some(({ text }) => text === entry.text) &&
      claimIn(before, entry.claim) === undefined,
  );
  return [
    ...others,
    ...(strange.length > 0 ? [`${node} wrote an entry for another node`] : []),
    ...(after.unreadable === null ? [] : [`${node} left a Lease that cannot be understood`]),
    ...annotations(before, after, node, world),
  ];
}

/** An entry of somebody else: byte for byte as it was, or taken out by one who may. */
function other(
  entry: Entry,
  { before, after }: Extract<Step, { is: 'lease' }>,
  node: string,
  world: World,
  rules: Writers,
): readonly string[] {
  if (entry.node === node && entry.readable) return [];
  const stays = after.holders.some(({ text }) => text === entry.text);
  if (stays || before.forceRelease === entry.node) return [];
  if (entry.claim !== '' && claimIn(after, entry.claim) !== undefined)
    return [`${node} changed the entry of ${entry.node}`];
  if (mayTakeOver(entry, world, rules) || world.explained(node, ['force-release', 'edit'], entry.node)) return [];
  return [`${node} took out the entry of ${entry.node}`];
}

function mayTakeOver({ node, claim, stuck }: Entry, world: World, { takeOver }: Writers): boolean {
  if (takeOver === undefined || !world.timed) return takeOver !== undefined;
  const lasted = (since: number | undefined, ms: number): boolean =>
    since !== undefined && world.at - since >= ms * drift;
  const unchanged = world.unchanged.get(claim);
  if (lasted(unchanged, lostAfter) && lasted(world.goneSince(node), lostAfter)) return true;
  return takeOver.silent !== null && !stuck && lasted(unchanged, takeOver.silent);
}

/** Nothing but the random value that moves the resourceVersion. */
function settled(before: LeaseView, after: LeaseView): boolean {
  return changed(before, after).every((name) => name === 'kured-host/write') && before.identity === after.identity;
}

function changed({ annotations: before }: LeaseView, { annotations: after }: LeaseView): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
}

const ours = new Set(['kured-host/holders', 'kured-host/queue', 'kured-host/format', 'kured-host/write']);

function annotations(before: LeaseView, after: LeaseView, node: string, world: World): readonly string[] {
  return changed(before, after).flatMap((name) => {
    if (ours.has(name))
      return name === 'kured-host/format' && after.annotations[name] !== '1' ? [`${node} wrote another format`] : [];
    if (answered(name, before, after, node)) return [];
    if (name === 'kured-host/paused' && world.explained(node, ['pause', 'resume', 'edit'])) return [];
    if (
      name === 'kured-host/release' &&
      world.explained(node, ['release', 'force-release', 'edit'], after.release ?? before.release ?? node)
    )
      return [];
    return [`${node} changed the annotation ${name.replace('kured-host/', '')} of the Lease`];
  });
}

/** A request goes with what it asked for. */
function answered(name: string, before: LeaseView, after: LeaseView, node: string): boolean {
  if (name === 'kured-host/force-release') return after.forceRelease === null;
  if (name !== 'kured-host/release' || after.release !== null) return false;
  const asked = before.release ?? '';
  return asked === node || !after.holders.some((entry) => entry.node === asked);
}

function counts(before: LeaseView, after: LeaseView, node: string): readonly string[] {
  const claims = after.holders.filter(
    ({ claim, text }) => !before.holders.some((one) => one.text === text || (claim !== '' && one.claim === claim)),
  ).length;
  return after.transitions - before.transitions === claims
    ? []
    : [`${node} moved leaseTransitions by other than its claims`];
}
