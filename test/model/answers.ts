import type { Event } from '../../src/core/phases/event.ts';
import { reason } from '../../src/core/reasons.ts';
import { type Draft, knowsOlder, needAnswer, patched, stored } from './machine.ts';
import type { Fault, Flight, Machine, Write } from './parts.ts';
import { overtaken } from './tokens.ts';
import { breachOfLeaseWrite, breachOfPatch } from './witness.ts';

export const lost = reason('api-unavailable', { server: 'https://api', why: 'the connection was lost' });

/** What comes of an effect: what takes effect has done so, and this is the answer. */
export interface Answered {
  readonly draft: Draft;
  readonly event: Event;
}

/** Without a fault. */
export function answer(of: Draft, { effect, began }: Flight): Answered {
  const { machine, lease } = of;
  switch (effect.do) {
    case 'read-lease':
      return {
        draft: of,
        event: {
          on: 'lease-read',
          lease: effect.lease,
          consistency: effect.consistency,
          result: { is: 'found', object: lease },
        },
      };
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

/** The ways in which one effect can fail, each with its fault and in words. */
export function failures(
  of: Draft,
  flight: Flight,
): readonly (Answered & { readonly fault: Fault; readonly what: string })[] {
  const { effect } = flight;
  switch (effect.do) {
    case 'read-lease':
    case 'read-node': {
      const result = { is: 'failed', reason: lost } as const;
      const event: Event =
        effect.do === 'read-node'
          ? { on: 'node-read', result }
          : { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
      return [{ fault: 'unread', what: 'it fails', draft: of, event }];
    }
    case 'write-lease':
    case 'patch-node': {
      const event = unknown(effect);
      const late = { ...of, machine: { ...of.machine, late: [...of.machine.late, effect] } };
      return [
        { fault: 'lost', what: 'it takes effect and its answer is lost', draft: written(of, effect).draft, event },
        { fault: 'late', what: 'no answer comes, and it may take effect later', draft: late, event },
      ];
    }
    case 'reboot': {
      const unanswered = { on: 'reboot', answer: { is: 'unknown', reason: lost } } as const;
      return [
        {
          fault: 'noop',
          what: 'it is accepted and nothing happens',
          draft: of,
          event: { on: 'reboot', answer: { is: 'accepted' } },
        },
        { fault: 'noop', what: 'no answer comes and nothing happens', draft: of, event: unanswered },
        { fault: 'lost', what: 'no answer comes', draft: { ...of, machine: called(of) }, event: unanswered },
      ];
    }
    case 'drain': {
      const end = { is: 'failed', reason: reason('drain-failed', { why: 'a pod' }) } as const;
      return [{ fault: 'drain', what: 'it fails', draft: of, event: { on: 'drain-ended', end } }];
    }
    default:
      return [];
  }
}

/** A write reaches the API server: what was current for this machine is not any more, if it takes effect. */
export function written(of: Draft, effect: Write): Answered {
  const { machine, lease } = of;
  if (effect.do === 'write-lease') {
    const { metadata } = effect.object;
    const base = {
      lease: { namespace: metadata.namespace, name: metadata.name },
      base: `${metadata.uid}/${metadata.resourceVersion}`,
    };
    if (metadata.resourceVersion !== lease.metadata.resourceVersion)
      return { draft: of, event: { on: 'lease-written', ...base, result: { is: 'conflict' } } };
    const object = stored(effect.object);
    const breach = of.breach ?? breachOfLeaseWrite(machine, lease, object);
    const next = { ...of, machine: knowsOlder(machine, 'lease', of.model), lease: object, leaseMoved: true, breach };
    return {
      draft: next,
      event: { on: 'lease-written', ...base, base: overtaken(base.base, 'lease'), result: { is: 'written', object } },
    };
  }
  const { patch } = effect;
  const base = `${patch.uid}/${patch.resourceVersion}`;
  if (patch.resourceVersion !== machine.node.resourceVersion)
    return { draft: of, event: { on: 'node-patched', base, result: { is: 'conflict' } } };
  const breach = of.breach ?? breachOfPatch(machine, lease, effect);
  const after = patched(knowsOlder(machine, 'node', of.model), patch);
  return {
    draft: { ...of, machine: after, breach },
    event: { on: 'node-patched', base: overtaken(base, 'node'), result: { is: 'written', object: after.node } },
  };
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
