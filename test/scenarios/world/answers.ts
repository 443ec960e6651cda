import { yes } from '../../../src/core/answer.ts';
import { sumNeeds } from '../../../src/core/need-sum.ts';
import { allPermissions, type Permission } from '../../../src/core/permission.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import { written } from '../../core/phases/server.ts';
import type { Around, Flight, Machine, Write } from './parts.ts';

/** What comes of a request where nothing goes wrong, as the world is now; null: it goes on until the story says how it ends. */
export function answer(world: Around, { effect, began }: Flight): Event | null {
  const { api, machine, process } = world;
  switch (effect.do) {
    case 'read-lease': {
      const result = api.away === null ? api.readLeaseOf(effect.lease) : ({ is: 'failed', reason: api.away } as const);
      return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
    }
    case 'read-node':
      return { on: 'node-read', result: api.away === null ? api.readNode() : { is: 'failed', reason: api.away } };
    case 'write-lease':
    case 'patch-node':
      return api.away === null ? outcome(effect, land(world, effect), world) : unanswered(effect, api.away);
    case 'look-at-holder': {
      const { node, claim } = effect;
      return { on: 'holder-seen', node, claim, look: holderLook(world, node), askedAt: began };
    }
    case 'ask-permission':
      return { on: 'permission', answer: permission(machine), need: needAnswer(machine), askedAt: began };
    case 'look-at-shutdown':
      return { on: 'shutdown', look: shutdownLook(machine), askedAt: began };
    case 'drain': {
      if (process?.drainStopped === true) return { on: 'drain-ended', end: { is: 'stopped' } };
      return machine.pods.length === 0 ? { on: 'drain-ended', end: { is: 'done' } } : null;
    }
    case 'announce-reboot':
      return { on: 'announced' };
    case 'reboot':
      return { on: 'reboot', answer: rebootCall(world) };
    case 'run-hooks': {
      const { phase } = effect.call;
      if (process?.hooksStopped === true) return { on: 'hooks-ended', phase, end: { is: 'stopped' } };
      return machine.hooks.has(phase) ? null : { on: 'hooks-ended', phase, end: { is: 'done' } };
    }
  }
}

/** A write takes effect, if its base still stands. */
export function land({ api }: Around, effect: Write): 'done' | 'conflict' | 'gone' {
  return effect.do === 'write-lease' ? api.writeLease(effect.object) : api.patchNode(effect.patch);
}

/** The answer to a write that took effect, or found another base. */
export function outcome(effect: Write, came: 'done' | 'conflict' | 'gone', { api }: Around): Event {
  return effect.do === 'write-lease'
    ? { on: 'lease-written', ...ofLease(effect), result: written(came, api.lease) }
    : { on: 'node-patched', base: baseOf(effect), result: written(came, api.node) };
}

/** No answer came to a write. */
export function unanswered(effect: Write, why: ReturnType<typeof reason>): Event {
  const result = { is: 'unknown', reason: why } as const;
  return effect.do === 'write-lease'
    ? { on: 'lease-written', ...ofLease(effect), result }
    : { on: 'node-patched', base: baseOf(effect), result };
}

/** An answer that proves that nothing was changed. */
export function refused(effect: Write, why: ReturnType<typeof reason>): Event {
  const result = { is: 'refused', reason: why } as const;
  return effect.do === 'write-lease'
    ? { on: 'lease-written', ...ofLease(effect), result }
    : { on: 'node-patched', base: baseOf(effect), result };
}

function ofLease({ object }: Extract<Write, { do: 'write-lease' }>) {
  const { name, namespace } = object.metadata;
  return { lease: { namespace, name }, base: `${object.metadata.uid}/${object.metadata.resourceVersion}` };
}

function baseOf({ patch }: Extract<Write, { do: 'patch-node' }>): string {
  return `${patch.uid}/${patch.resourceVersion}`;
}

function holderLook({ api }: Around, node: string) {
  if (api.away !== null) return { is: 'unknown', reason: api.away } as const;
  if (!api.takeOver) return { is: 'unknown', reason: notGranted } as const;
  return { is: api.gone.has(node) ? ('gone' as const) : ('exists' as const) };
}

const notGranted = reason('api-refused', {
  action: 'read the Node of a holder',
  why: 'nodes "n2" is forbidden: User "system:serviceaccount:kured-host:kured-host" cannot get resource "nodes" in API group "" at the cluster scope',
});

export function needAnswer({ needs, needUnknown }: Machine) {
  const answers = [...needs.values()].map((need) => yes(need));
  return sumNeeds(needUnknown === null ? answers : [...answers, { is: 'unknown', reason: needUnknown }]);
}

function permission({ against, systemd }: Machine): Permission {
  const answers: Permission[] = [...against.values()].map(({ is, reason: why, passing }) => ({
    is,
    reasons: [why],
    passing,
  }));
  if (systemd.is === 'going-down')
    answers.push({ is: 'refused', reasons: [reason('shutdown-under-way', { what: systemd.what })] });
  if (systemd.is === 'scheduled') {
    const at = new Date(systemd.at).toISOString().replace('.000', '');
    answers.push({ is: 'refused', reasons: [reason('shutdown-scheduled', { what: systemd.what, at })] });
  }
  if (systemd.is === 'silent')
    answers.push({ is: 'unknown', reasons: [reason('shutdown-unknown', { why: noAnswerOfLogind })] });
  return allPermissions(answers);
}

function shutdownLook({ systemd }: Machine): ShutdownLook {
  switch (systemd.is) {
    case 'quiet':
      return { is: 'none' };
    case 'silent':
      return { is: 'unknown', reason: reason('shutdown-unknown', { why: noAnswerOfLogind }) };
    case 'going-down':
      return { is: 'under-way', what: systemd.what };
    case 'scheduled':
      return { is: 'scheduled', what: systemd.what, at: systemd.at };
  }
}

const noAnswerOfLogind = 'logind: busctl did not end within 10 s';

function rebootCall(world: Around) {
  const { machine } = world;
  if (machine.call !== null) return machine.call;
  machine.systemd = { is: 'going-down', what: goingDown(world) };
  return { is: 'accepted' } as const;
}

/** What logind says that it prepares. */
export function goingDown({ settings }: Around): string {
  return settings.reboot.method === 'soft-reboot' ? 'soft-reboot' : 'reboot';
}
