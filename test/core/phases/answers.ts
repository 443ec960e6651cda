import type { Permission } from '../../../src/core/permission.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import type { Fate } from './actions.ts';
import { lost, written } from './server.ts';
import type { Around, Flight, Laned } from './world-parts.ts';

/** The outcome of an effect: the world makes up its mind, and what takes effect does so now. */
export function answer(world: Around, flight: Flight, fate: Fate): Event {
  const { effect } = flight;
  const fails = fate !== 'ok';
  switch (effect.do) {
    case 'read-lease': {
      const result = fails ? ({ is: 'failed', reason: lost } as const) : world.server.readLease();
      return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
    }
    case 'look-at-holder': {
      const { node, claim } = effect;
      const look = fails ? ({ is: 'unknown', reason: lost } as const) : world.server.peerLook();
      return { on: 'holder-seen', node, claim, look, askedAt: flight.began };
    }
    case 'read-node':
      return { on: 'node-read', result: fails ? { is: 'failed', reason: lost } : world.server.readNode() };
    case 'write-lease': {
      const { uid, resourceVersion, name, namespace } = effect.object.metadata;
      const result = write(world, effect, fate, () => world.server.lease);
      return { on: 'lease-written', lease: { namespace, name }, base: `${uid}/${resourceVersion}`, result };
    }
    case 'patch-node': {
      const result = write(world, effect, fate, () => world.server.node);
      return { on: 'node-patched', base: `${effect.patch.uid}/${effect.patch.resourceVersion}`, result };
    }
    case 'ask-permission':
      return { on: 'permission', answer: permission(world, fails), need: needAnswer(world), askedAt: flight.began };
    case 'look-at-shutdown':
      return { on: 'shutdown', look: look(world, fails), askedAt: flight.began };
    case 'drain':
      return { on: 'drain-ended', end: drainEnd(world, fails) };
    case 'announce-reboot':
      return { on: 'announced' };
    case 'run-hooks':
      return { on: 'hooks-ended', phase: effect.call.phase, end: hooksEnd(world, fails) };
    case 'reboot':
      return { on: 'reboot', answer: call(world, fate) };
  }
}

function write<T>(world: Around, effect: Laned, fate: Fate, read: () => T | null) {
  if (fate === 'fails') return { is: 'refused', reason: lost } as const;
  if (fate === 'ok') return written(land(world, effect), read());
  if (fate === 'lost-but-done') land(world, effect);
  if (fate === 'lost-and-late') world.late.push(effect);
  return { is: 'unknown', reason: lost } as const;
}

/** A write takes effect, if its base still stands. */
export function land(world: Around, effect: Laned) {
  if (effect.do === 'write-lease') {
    if (matches(effect.object.metadata, world.server.lease?.metadata)) world.judge.landing(world, effect);
    return world.server.writeLease(effect.object);
  }
  if (effect.do !== 'patch-node') return 'gone';
  if (matches(effect.patch, world.server.node ?? undefined)) world.judge.landing(world, effect);
  return world.server.patchNode(effect.patch);
}

function matches(
  base: { readonly uid: string; readonly resourceVersion: string },
  stands: { readonly uid: string; readonly resourceVersion: string } | undefined,
): boolean {
  return base.uid === stands?.uid && base.resourceVersion === stands.resourceVersion;
}

function permission(world: Around, fails: boolean): Permission {
  if (world.permission === 'allowed' && !fails) return { is: 'allowed' };
  const reasons = [reason('blocked', { source: 'the window', why: 'closed' })];
  if (fails || world.permission === 'unknown') return { is: 'unknown', reasons };
  return { is: 'refused', reasons, passing: world.permission === 'passing' };
}

function look(world: Around, fails: boolean): ShutdownLook {
  if (fails) return { is: 'unknown', reason: lost };
  return world.goingDown ? { is: 'under-way', what: 'reboot' } : { is: 'none' };
}

function drainEnd(world: Around, fails: boolean) {
  if (world.process?.drainStopped) return { is: 'stopped' } as const;
  return fails
    ? ({ is: 'failed', reason: reason('drain-failed', { why: 'a pod' }) } as const)
    : ({ is: 'done' } as const);
}

function hooksEnd(world: Around, fails: boolean) {
  if (world.process?.hooksStopped) return { is: 'stopped' } as const;
  return fails
    ? ({ is: 'failed', reason: reason('hook-failed', { hook: 'a', why: 'exit code 1' }) } as const)
    : ({ is: 'done' } as const);
}

function call(world: Around, fate: Fate) {
  if (fate === 'fails') return { is: 'refused', reason: lost } as const;
  if (fate === 'ok' || fate === 'lost-but-done') world.goingDown = true;
  if (['command', 'signal'].includes(world.model.settings.rebootMethod)) world.mayGoDown = true;
  // `lost-and-late`: accepted, and nothing happens.
  return fate === 'ok' || fate === 'lost-and-late'
    ? ({ is: 'accepted' } as const)
    : ({ is: 'unknown', reason: lost } as const);
}

export function needAnswer(world: Around) {
  if (world.need === null) return { is: 'no' } as const;
  return world.need === 'unknown'
    ? ({ is: 'unknown', reason: lost } as const)
    : ({ is: 'yes', value: world.need } as const);
}
