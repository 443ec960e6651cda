import type { Event } from '../../src/core/phases/event.ts';
import { reason } from '../../src/core/reasons.ts';
import { breachOfGuarantee } from './guarantee.ts';
import { knowsOlder, needAnswer, patched, stored } from './machine.ts';
import { resolutions } from './others.ts';
import type { Draft, Fault, Flight, Machine, Write } from './parts.ts';
import { overtaken } from './tokens.ts';
import { breachOfLeaseWrite, breachOfPatch } from './witness.ts';

export const lost = reason('api-unavailable', { server: 'https://api', why: 'the connection was lost' });

/** What comes of an effect: what takes effect has done so, and this is the answer. */
export interface Answered {
  readonly draft: Draft;
  readonly event: Event;
}

/** Without a fault: the one answer, or one for each state in which others may have left the Lease. */
export function answers(of: Draft, flight: Flight): readonly Answered[] {
  const { effect } = flight;
  if (effect.do !== 'read-lease') return [answer(of, { ...flight, effect })];
  const { lease: ref, consistency } = effect;
  return resolutions(of).map((draft) => ({
    draft,
    event: { on: 'lease-read', lease: ref, consistency, result: { is: 'found', object: draft.lease } },
  }));
}

type Read = { readonly do: 'read-lease' };

function answer(of: Draft, { effect, began }: Flight & { readonly effect: Exclude<Flight['effect'], Read> }): Answered {
  const { machine } = of;
  switch (effect.do) {
    case 'look-at-holder': {
      const { node, claim } = effect;
      return { draft: of, event: { on: 'holder-seen', node, claim, look: { is: 'exists' }, askedAt: began } };
    }
    case 'read-node':
      return { draft: of, event: { on: 'node-read', result: { is: 'found', object: machine.node } } };
    case 'write-lease':
    case 'patch-node':
      return written(of, effect);
    case 'ask-permission':
      return {
        draft: of,
        event: { on: 'permission', answer: permission(machine), need: needAnswer(machine), askedAt: began },
      };
    case 'look-at-shutdown': {
      const look = machine.goingDown ? ({ is: 'under-way', what: 'reboot' } as const) : ({ is: 'none' } as const);
      return { draft: of, event: { on: 'shutdown', look, askedAt: began } };
    }
    case 'drain':
      return {
        draft: of,
        event: { on: 'drain-ended', end: { is: machine.process?.drainStopped ? 'stopped' : 'done' } },
      };
    case 'announce-reboot':
      return { draft: of, event: { on: 'announced' } };
    case 'run-hooks':
      return {
        draft: of,
        event: {
          on: 'hooks-ended',
          phase: effect.call.phase,
          end: { is: machine.process?.hooksStopped ? 'stopped' : 'done' },
        },
      };
    case 'reboot':
      return { draft: { ...of, machine: called(of) }, event: { on: 'reboot', answer: { is: 'accepted' } } };
  }
}

/** Gets each way in which one effect can fail: in words, its fault, and what comes of it. */
export type AddFailure = (what: string, fault: Fault, make: () => Answered) => void;

export function failures(of: Draft, { effect }: Flight, add: AddFailure): void {
  switch (effect.do) {
    case 'read-lease':
    case 'read-node':
      add('it fails', 'unread', () => ({ draft: of, event: unread(effect) }));
      return;
    case 'write-lease':
    case 'patch-node':
      add('it takes effect and its answer is lost', 'lost', () => ({
        draft: written(of, effect).draft,
        event: unknown(effect),
      }));
      add('no answer comes, and it may take effect later', 'late', () => ({
        draft: { ...of, machine: { ...of.machine, late: [...of.machine.late, effect] } },
        event: unknown(effect),
      }));
      return;
    case 'reboot': {
      const accepted: Event = { on: 'reboot', answer: { is: 'accepted' } };
      const unanswered: Event = { on: 'reboot', answer: { is: 'unknown', reason: lost } };
      add('it is accepted and nothing happens', 'noop', () => ({ draft: of, event: accepted }));
      add('no answer comes and nothing happens', 'noop', () => ({ draft: of, event: unanswered }));
      add('no answer comes', 'lost', () => ({ draft: { ...of, machine: called(of) }, event: unanswered }));
      return;
    }
    case 'drain': {
      const end = { is: 'failed', reason: reason('drain-failed', { why: 'a pod' }) } as const;
      add('it fails', 'drain', () => ({ draft: of, event: { on: 'drain-ended', end } }));
      return;
    }
    default:
      return;
  }
}

/** A write reaches the API server: what was current for this machine is not any more, if it takes effect. */
export function written(of: Draft, effect: Write): Answered {
  return effect.do === 'write-lease' ? leaseWritten(of, effect) : nodePatched(of, effect);
}

function leaseWritten(of: Draft, effect: Extract<Write, { do: 'write-lease' }>): Answered {
  const { machine, lease } = of;
  const { metadata } = effect.object;
  const ref = { namespace: metadata.namespace, name: metadata.name };
  const base = `${metadata.uid}/${metadata.resourceVersion}`;
  if (metadata.resourceVersion && metadata.resourceVersion !== lease.metadata.resourceVersion)
    return { draft: of, event: { on: 'lease-written', lease: ref, base, result: { is: 'conflict' } } };
  const object = stored(effect.object);
  const unguarded = metadata.resourceVersion ? null : 'a write of the Lease without what it is based on';
  const breach =
    of.breach ??
    unguarded ??
    breachOfGuarantee(lease, object, machine.name) ??
    breachOfLeaseWrite(machine, lease, object);
  const next = { ...of, machine: knowsOlder(machine, 'lease'), lease: object, leaseMoved: true, breach };
  const event: Event = {
    on: 'lease-written',
    lease: ref,
    base: overtaken(base, 'lease'),
    result: { is: 'written', object },
  };
  return { draft: next, event };
}

function nodePatched(of: Draft, effect: Extract<Write, { do: 'patch-node' }>): Answered {
  const { machine, lease } = of;
  const { patch } = effect;
  const base = `${patch.uid}/${patch.resourceVersion}`;
  if (patch.resourceVersion && patch.resourceVersion !== machine.node.resourceVersion)
    return { draft: of, event: { on: 'node-patched', base, result: { is: 'conflict' } } };
  const unguarded = patch.resourceVersion ? null : 'a PATCH of the Node without what it was decided on';
  const breach = of.breach ?? unguarded ?? breachOfPatch(machine, lease, effect);
  const after = patched(knowsOlder(machine, 'node'), patch);
  return {
    draft: { ...of, machine: after, breach },
    event: { on: 'node-patched', base: overtaken(base, 'node'), result: { is: 'written', object: after.node } },
  };
}

function unread(effect: Extract<Flight['effect'], { do: 'read-lease' | 'read-node' }>): Event {
  const result = { is: 'failed', reason: lost } as const;
  if (effect.do === 'read-node') return { on: 'node-read', result };
  return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
}

function unknown(effect: Write): Event {
  const result = { is: 'unknown', reason: lost } as const;
  if (effect.do === 'patch-node')
    return { on: 'node-patched', base: `${effect.patch.uid}/${effect.patch.resourceVersion}`, result };
  const { uid, resourceVersion, name, namespace } = effect.object.metadata;
  return { on: 'lease-written', lease: { namespace, name }, base: `${uid}/${resourceVersion}`, result };
}

/** The call is heard. */
function called({ machine }: Draft): Machine {
  return { ...machine, goingDown: true };
}

function permission(machine: Machine) {
  if (machine.permission === 'allowed') return { is: 'allowed' } as const;
  return { is: 'refused', reasons: [reason('blocked', { source: 'the window', why: 'closed' })] } as const;
}
