import { readRecord, writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { limits } from '../../src/core/limits.ts';
import { holding } from '../../src/core/phases/left-behind.ts';
import type { State } from '../../src/core/phases/state.ts';
import { type Fresh, stored } from './machine.ts';
import type { Flight, Laned, Machine, Model, Process, Write } from './parts.ts';
import {
  currentLease,
  currentNode,
  type Identity,
  identitiesIn,
  identity,
  mono,
  renumbered,
  wall,
  withoutGaps,
} from './tokens.ts';

/** Stands for the object as it is on the API server. */
const same = '@';

/**
 * A machine as text: the same for all machines that will never differ in what they do. Left out is what follows from the rest
 * or is only for people; `beside`: the Lease is written beside it, and what the machine knows of it need not be said twice.
 */
export function textOf(machine: Machine, beside = false): string {
  const { process, node } = machine;
  const late = machine.late.filter(mayLand).map(bareEffect);
  const { permission } = machine.witness;
  const witness = {
    ...machine.witness,
    permission: permission && { ...permission, askedAt: asked(permission.askedAt) },
  };
  if (process === null) return withoutGaps(JSON.stringify({ ...machine, late, witness }));
  const next: Process = {
    ...process,
    state: bare(process.state, node.resourceVersion, beside),
    // Which older version a watch has told of last makes no difference: it tells of the current one next.
    flights: process.flights.map(bareFlight),
    nodeTold: process.nodeTold === node.resourceVersion ? same : '',
    leaseTold: process.leaseTold === currentLease ? same : '',
  };
  return withoutGaps(JSON.stringify({ ...machine, late, witness, process: next }));
}

export function machineOf(text: string, { settings }: Model, lease: LeaseObject | null = null): Machine {
  const machine = JSON.parse(text) as Machine;
  if (machine.process === null) return machine;
  const { process, node } = machine;
  Object.assign(process, {
    nodeTold: (process.nodeTold as string) === same ? node.resourceVersion : '',
    leaseTold: (process.leaseTold as string) === same ? currentLease : '',
  });
  const { facts } = process.state;
  Object.assign(facts, { settings });
  if (facts.node.seen.is === 'node' && (facts.node.seen.node as unknown) === same)
    Object.assign(facts.node.seen, { node });
  const { seen } = facts.lease;
  if (seen.is !== 'lease') return machine;
  if ((seen.object as unknown) === same) Object.assign(seen, { object: lease });
  Object.assign(seen, { reading: readRecord(seen.object) });
  return machine;
}

function bare(state: State, nodeVersion: string, beside: boolean): State {
  const { facts, waits } = state;
  const { lease, node } = facts;
  const current = lease.seen.is === 'lease' && beside && lease.seen.object.metadata.resourceVersion === currentLease;
  const seen =
    lease.seen.is === 'lease' ? { is: 'lease', object: current ? same : ownPart(lease, facts.me.node) } : lease.seen;
  const known = node.seen.is === 'node' && node.seen.node.resourceVersion === nodeVersion;
  return {
    ...state,
    phase: phaseOf(state),
    // Only recovery looks at it, and at its code alone; the rest is the sentence.
    waits: { code: state.phase.name === 'recovering' ? waits.code : 'starting', details: {} },
    facts: {
      ...facts,
      settings: undefined,
      nextLook: nextLook(state),
      permission: facts.permission && { ...facts.permission, askedAt: asked(facts.permission.askedAt) },
      // A hint makes worthless what was asked for before it.
      hintAt: facts.busy.permission ? facts.hintAt : 0,
      // The head waits for nobody's turn.
      turn: facts.turn !== null && facts.turn.head === ownPlace(facts) ? null : facts.turn,
      // More lost races in a row only make the next wait longer, and no Lease goes back here.
      lease: {
        ...lease,
        seen,
        conflicts: 0,
        newest: null,
        notBefore: ahead(lease.notBefore),
        toldSince: facts.busy.lease && lease.toldSince,
        ...toldAt(state, 'lease'),
      },
      node: {
        ...node,
        notBefore: ahead(node.notBefore),
        ...toldAt(state, 'node'),
        toldSince: facts.busy.node && node.toldSince,
        ...(known ? { seen: { is: 'node', node: same } } : {}),
      },
      standing: { ...facts.standing, notBefore: ahead(facts.standing.notBefore) },
      ...(facts.settings.takeOverAfter === null ? { holders: [] } : {}),
    },
  } as unknown as State;
}

/** Too old for a fence or a call is as good as never; and where another claim has to come first, it and its cordon tell of both anew. */
function toldAt({ phase, facts }: State, of: 'lease' | 'node'): Pick<State['facts']['node'], 'askedAt' | 'knownAt'> {
  const { askedAt, knownAt } = facts[of];
  if (!fencesNext.includes(phase.name)) return { askedAt: 0, knownAt: null };
  const young = (moment: number): boolean => mono - moment <= limits.permissionAge;
  return {
    askedAt: facts.busy[of] && young(askedAt) ? mono : 0,
    knownAt: knownAt !== null && young(knownAt) ? mono : null,
  };
}

const fencesNext: readonly State['phase']['name'][] = ['recovering', 'draining', 'rebooting'];

/** Permission is too old for a reboot, or for anything. */
function asked(moment: number): number {
  const age = mono - moment;
  return (
    mono - (age > limits.lookAgain ? limits.lookAgain + 1 : age > limits.permissionAge ? limits.permissionAge + 1 : 0)
  );
}

function ownPlace({ lease: { seen }, me }: State['facts']): string | null {
  const queue = seen.is === 'lease' && seen.reading.readable ? seen.reading.record.queue : [];
  const own = queue.find((slot) => slot.readable && slot.entry.node === me.node);
  return own?.readable ? own.entry.id : null;
}

function phaseOf({ phase, facts }: State): State['phase'] {
  if (phase.name === 'waiting') return { ...phase, notBefore: ahead(phase.notBefore) };
  if (phase.name === 'rebooting') return { ...phase, askNotBefore: ahead(phase.askNotBefore) };
  if (phase.name !== 'draining') return phase;
  const timed =
    facts.settings.drainTimeout === null
      ? { began: 0, uncounted: 0, hooksSince: phase.hooksSince === null ? null : 0 }
      : {};
  return { ...phase, ...timed, renewAt: ahead(phase.renewAt), fenceNotBefore: ahead(phase.fenceNotBefore) };
}

/** Who holds or is queued has it before its eyes, and looks again once it holds nothing. */
function nextLook({ facts, phase }: State): number {
  return facts.nextLook <= mono && !holding.includes(phase.name) && phase.name !== 'queued'
    ? 0
    : mono + limits.secondLook;
}

/** Of a moment up to which something waits it does not count how long it is past. */
function ahead(moment: number): number {
  return moment <= mono ? 0 : moment;
}

/** When it began counts for what is asked alone. */
function bareFlight(flight: Flight): Flight {
  const asks = flight.effect.do === 'ask-permission' || flight.effect.do.startsWith('look-at');
  return { ...flight, began: asks ? flight.began : 0, effect: bareEffect(flight.effect) };
}

/** Of a write that will meet a conflict nothing but its base counts. No time passes between a call and its making. */
function bareEffect(effect: Laned): Laned {
  if (effect.do === 'reboot') return { ...effect, before: 0 };
  if (effect.do !== 'write-lease' && effect.do !== 'patch-node') return effect;
  if (mayLand(effect)) return effect.do === 'patch-node' ? effect : { ...effect, object: bareObject(effect.object) };
  if (effect.do === 'patch-node') {
    const { uid, resourceVersion } = effect.patch;
    return { ...effect, patch: { uid, resourceVersion, annotations: {} } };
  }
  const { name, namespace, uid, resourceVersion } = effect.object.metadata;
  return { ...effect, object: { metadata: { name, namespace, uid, resourceVersion } } };
}

function bareObject(object: LeaseObject): LeaseObject {
  return stored(object, object.metadata.resourceVersion);
}

/** What was seen of others before, in a Lease that is read anew before anything is decided by it. */
function ownPart(lease: State['facts']['lease'], name: string): LeaseObject | null {
  const { seen } = lease;
  if (seen.is !== 'lease') return null;
  if (lease.current || !seen.reading.readable) return seen.object;
  const { record } = seen.reading;
  const isOwn = (slot: { readonly readable: boolean; readonly entry?: { readonly node: string } }): boolean =>
    slot.readable && slot.entry?.node === name;
  const [holders, queue] = [record.holders.filter(isOwn), record.queue.filter(isOwn)];
  if (holders.length === record.holders.length && queue.length === record.queue.length) return seen.object;
  return stored(
    writeRecord(seen.object, { ...record, holders, queue }, { mono, wall, chance: 'random' }),
    seen.object.metadata.resourceVersion,
  );
}

/** A write on a version that has been overtaken never takes effect. */
function mayLand(write: Write): boolean {
  const [base, current] =
    write.do === 'write-lease'
      ? [write.object.metadata.resourceVersion as string | undefined, currentLease]
      : [write.patch.resourceVersion as string | undefined, currentNode];
  return base === undefined || base === current;
}

/** A machine and the Lease as one text, in which moreover identities and counts stand for nothing but their equality and order. */
export function textOfBoth(machine: Machine, lease: LeaseObject): string {
  const text = `${JSON.stringify(lease)}\n${textOf(machine, true)}`;
  const at = lease.spec?.leaseTransitions ?? 0;
  return renumbered(text.replace(/(?<=ransitions":)\d+/g, (count) => String(Math.max(8, Number(count) - at + 9))));
}

export function bothOf(text: string, model: Model): readonly [Machine, LeaseObject] {
  const end = text.indexOf('\n');
  const lease = JSON.parse(text.slice(0, end)) as LeaseObject;
  return [machineOf(text.slice(end + 1), model, lease), lease];
}

/** Identities that nobody knows who is in this text. */
export function freshIn(text: string): Fresh {
  const taken = identitiesIn(text);
  const lowest = (kind: Identity): string => {
    const bits = taken.get(`${kind}1`) ?? 0;
    return identity(kind, 1, Math.clz32(~bits & -~bits) ^ 31);
  };
  return { chance: lowest('chance'), by: lowest('by'), boot: lowest('boot') };
}
