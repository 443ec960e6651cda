import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { NodePatch } from '../../src/core/node-view.ts';
import type { Now } from '../../src/core/now.ts';
import type { Effect } from '../../src/core/phases/effect.ts';
import type { Event } from '../../src/core/phases/event.ts';
import { startState } from '../../src/core/phases/start.ts';
import { transition } from '../../src/core/phases/transition.ts';
import type { Draft, Machine, Model, Process } from './parts.ts';

import { currentLease, currentNode, mono, overtaken, wall } from './tokens.ts';
import { breachOfCall, breachOfSending, entryOf, heard, started } from './witness.ts';

/** Identities nobody in the joint state knows yet: whoever needs one takes it from here. */
export interface Fresh {
  readonly chance: string;
  readonly by: string;
  readonly boot: string;
}

export function draft(machine: Machine, lease: LeaseObject, model: Model): Draft {
  return { machine, lease, leaseMoved: false, breach: null, model };
}

/** The service starts: as the daemon does it, the first events are the time and what the sentinels say. */
export function start(of: Draft, fresh: Fresh): Draft {
  const { machine } = of;
  const me = {
    node: machine.name,
    uid: '',
    machine: `machine-${machine.name}`,
    boot: { id: machine.boot, soft: 0 },
    by: fresh.by,
  };
  const process: Process = {
    by: fresh.by,
    state: startState(me, of.model.settings, machine.memory, at(fresh)),
    flights: [],
    wakeAt: null,
    drainStopped: false,
    hooksStopped: false,
    nodeWatch: 'listing',
    leaseWatch: 'off',
    nodeTold: '',
    leaseTold: '',
  };
  const running = { ...of, machine: { ...machine, process, witness: started(machine.witness) } };
  return tell(tell(running, { on: 'time' }, fresh), { on: 'need', answer: needAnswer(machine) }, fresh);
}

/** One event for the core, and what it wants done is under way. */
export function tell(of: Draft, event: Event, fresh: Fresh): Draft {
  const { process } = of.machine;
  if (process === null) return of;
  const witness = heard(of.machine, event);
  const { state, effects, wakeAt } = transition(process.state, event, at(fresh));
  let next: Draft = {
    ...of,
    machine: { ...of.machine, witness, process: { ...process, state: { ...state, since }, wakeAt } },
  };
  for (const effect of effects) next = begin(next, effect);
  return next;
}

/** The process ends at once; what it had sent may still take effect, and a reboot call was heard or not. */
export function kill(machine: Machine, callHeard: boolean): Machine {
  const flights = (machine.process?.flights ?? []).filter(({ answer }) => answer === null).map(({ effect }) => effect);
  const sent = flights.filter((effect) => effect.do === 'write-lease' || effect.do === 'patch-node');
  const called = callHeard && flights.some((effect) => effect.do === 'reboot');
  return { ...machine, process: null, late: [...machine.late, ...sent], goingDown: machine.goingDown || called };
}

/** What a PATCH makes of the Node. */
export function patched(machine: Machine, patch: NodePatch): Machine {
  const { node, witness } = machine;
  const { unschedulable } = patch;
  const annotations = Object.entries({ ...node.annotations, ...patch.annotations }).filter(
    ([, value]) => value !== null,
  );
  const cordon =
    unschedulable === undefined ? {} : { unschedulable, cordonOwner: owner(unschedulable ? 'kured-host' : null) };
  const restored = patch.annotations['kured-host/claim'] === null;
  return {
    ...machine,
    node: {
      ...node,
      ...cordon,
      annotations: Object.fromEntries(annotations) as Record<string, string>,
      resourceVersion: currentNode,
    },
    witness: {
      ...witness,
      cordonBy: unschedulable === undefined ? witness.cordonBy : unschedulable ? 'us' : 'nobody',
      rebooted: witness.rebooted && !marks(patch, machine.boot),
      out: witness.out && !restored,
    },
  };
}

/** Puts a mark of this boot on the Node. */
function marks({ annotations }: NodePatch, boot: string): boolean {
  const mark = annotations['kured-host/claim'];
  return typeof mark === 'string' && JSON.parse(mark).boot.id === boot;
}

export function owner(manager: string | null): Machine['node']['cordonOwner'] {
  return manager === null ? 'nobody' : { manager };
}

export function needAnswer({ need }: Machine) {
  return need === null ? ({ is: 'no' } as const) : ({ is: 'yes', value: need } as const);
}

/**
 * The object as it stands after a write of it. Left out is what only serves people or only serves to make it a change, and in
 * which order its parts were written.
 */
export function stored(object: LeaseObject, version = currentLease): LeaseObject {
  const { name, namespace, uid, annotations = {} } = object.metadata;
  const known = Object.entries(annotations).filter(([key]) => key !== 'kured-host/write');
  const { holderIdentity, leaseTransitions } = object.spec ?? {};
  return {
    metadata: { name, namespace, uid, resourceVersion: version, annotations: Object.fromEntries(known.sort(byKey)) },
    spec: {
      ...(holderIdentity === undefined ? {} : { holderIdentity }),
      ...(leaseTransitions === undefined ? {} : { leaseTransitions }),
    },
  };
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

/** The machine once something has made what it knows of a Lease or of its Node an older version. */
export function knowsOlder(machine: Machine, of: 'lease' | 'node'): Machine {
  return overtaken(machine, of);
}

/** When a phase began is only shown to people. */
const since = { mono: 0, wall: 0 };

function at({ chance }: Fresh): Now {
  return { mono, wall, chance };
}

function begin(of: Draft, effect: Effect): Draft {
  const { machine } = of;
  const { process } = machine;
  if (process === null) return of;
  const changed = (change: Partial<Process>): Draft => ({
    ...of,
    machine: { ...machine, process: { ...process, ...change } },
  });
  if ('lane' in effect) {
    const flights = [...process.flights, { effect, began: mono, answer: null }];
    const next = changed({
      flights: flights.sort((one, other) => (one.effect.lane < other.effect.lane ? -1 : 1)),
      ...(effect.do === 'drain' ? { drainStopped: false } : {}),
      ...(effect.do === 'run-hooks' ? { hooksStopped: false } : {}),
    });
    if (effect.do === 'patch-node') return { ...next, breach: of.breach ?? breachOfSending(machine, of.lease, effect) };
    return effect.do === 'reboot' ? calls(next, breachOfCall(machine, of.lease)) : next;
  }
  switch (effect.do) {
    case 'stop-drain':
      return changed({ drainStopped: true });
    case 'stop-hooks':
      return changed({ hooksStopped: true });
    case 'follow-lease':
      return changed({ leaseWatch: 'listing' });
    case 'unfollow-lease':
      return changed({ leaseWatch: 'off', leaseTold: '' });
    case 'remember':
      return { ...of, machine: { ...machine, memory: effect.memory } };
    case 'exit':
      return { ...of, machine: kill(machine, true) };
    case 'tell':
      return of;
  }
}

/** From here to its restoring a node counts as out, whatever the Lease says. */
function calls(of: Draft, breach: string | null): Draft {
  const { machine, lease } = of;
  const calledFor = entryOf(lease, machine.name)?.need.fingerprint ?? null;
  return {
    ...of,
    machine: { ...machine, witness: { ...machine.witness, calledFor, out: true } },
    breach: of.breach ?? breach,
  };
}
