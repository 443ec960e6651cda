import type { LeaseRef } from '../core/lease/object.ts';
import type { Effect, Lane } from '../core/phases/effect.ts';
import type { Event } from '../core/phases/event.ts';
import { reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Hooks } from '../ports/hooks.ts';
import type { Host, RebootOrder } from '../ports/host.ts';
import type { Log } from '../ports/outlets.ts';
import type { Inbox } from './inbox.ts';
import type { Asking } from './observe-permission.ts';
import { outcomeTold } from './outcome-told.ts';
import { type DrainParts, drain } from './perform-drain.ts';
import type { Publisher } from './publish.ts';

export interface PerformParts {
  readonly cluster: Cluster;
  readonly host: Host;
  readonly hooks: Hooks;
  readonly asking: Pick<Asking, 'ask'>;
  readonly publisher: Publisher;
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly inbox: Inbox;
  /** Ends everything that is under way. */
  readonly signal: AbortSignal;
}

type Laned = Extract<Effect, { readonly lane: Lane }>;

/**
 * Begins an effect and puts its one outcome into the inbox. A defect in an executor is an outcome as well: the one that
 * claims to know nothing.
 */
export function createPerform(parts: PerformParts): (effect: Effect) => void {
  let stopDrain = new AbortController();
  let stopHooks = new AbortController();
  let following = new AbortController();

  const follow = (lease: LeaseRef) => {
    following.abort();
    following = new AbortController();
    const signal = AbortSignal.any([parts.signal, following.signal]);
    void followLease(parts, lease, signal);
  };
  return (effect) => {
    switch (effect.do) {
      case 'stop-drain':
        return stopDrain.abort();
      case 'stop-hooks':
        stopHooks.abort();
        return void parts.hooks.endLeft();
      case 'follow-lease':
        return follow(effect.lease);
      case 'unfollow-lease':
        return following.abort();
      case 'tell':
        return parts.publisher.tell(effect.moment);
      case 'remember':
        return void remember(parts, effect.memory);
      case 'exit':
        return;
      default:
        if (effect.do === 'drain') stopDrain = new AbortController();
        if (effect.do === 'run-hooks') stopHooks = new AbortController();
        return void carryOut(parts, effect, { drain: stopDrain.signal, hooks: stopHooks.signal });
    }
  };
}

/** What ends an effect early. */
interface Stops {
  readonly drain: AbortSignal;
  readonly hooks: AbortSignal;
}

async function carryOut(parts: PerformParts, effect: Laned, stops: Stops): Promise<void> {
  try {
    const outcome = await execute(parts, effect, stops);
    const told = outcomeTold(effect, outcome);
    if (told !== null) parts.log.event(told.code, told.fields);
    parts.inbox.put(outcome);
  } catch (error) {
    if (parts.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    parts.log.event('internal-error', {
      why,
      effect: effect.do,
      stack: error instanceof Error ? error.stack : undefined,
    });
    parts.inbox.put(knowingNothing(effect, why, parts.clock.mono()));
  }
}

/** One executor for each effect with a lane; the compiler notices a missing one. */
async function execute(parts: PerformParts, effect: Laned, stops: Stops): Promise<Event> {
  const { cluster, host, signal, clock } = parts;
  switch (effect.do) {
    case 'read-lease': {
      const result = await cluster.leases.read(effect.lease, effect.consistency, signal);
      return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
    }
    case 'write-lease': {
      const { name, namespace, uid, resourceVersion } = effect.object.metadata;
      const result = await cluster.leases.write(effect.object, signal);
      return { on: 'lease-written', lease: { namespace, name }, base: `${uid}/${resourceVersion}`, result };
    }
    case 'look-at-holder': {
      const { node, claim } = effect;
      const askedAt = clock.mono();
      return {
        on: 'holder-seen',
        node,
        claim,
        look: await cluster.leases.lookAtHolder(effect.lease, node, signal),
        askedAt,
      };
    }
    case 'read-node':
      return { on: 'node-read', result: await cluster.node.read(signal) };
    case 'patch-node': {
      const result = await cluster.node.patch(effect.patch, signal);
      return { on: 'node-patched', base: `${effect.patch.uid}/${effect.patch.resourceVersion}`, result };
    }
    case 'ask-permission':
      return await parts.asking.ask(signal);
    case 'look-at-shutdown': {
      const askedAt = clock.mono();
      return { on: 'shutdown', look: await host.lookAtShutdown(signal), askedAt };
    }
    case 'drain':
      return { on: 'drain-ended', end: await drain(drainParts(parts), AbortSignal.any([signal, stops.drain])) };
    case 'announce-reboot':
      await parts.publisher.announce(effect.method, effect.pods);
      return { on: 'announced' };
    case 'reboot':
      return { on: 'reboot', answer: await host.reboot(orderOf(cluster.node.name, effect), signal) };
    case 'run-hooks': {
      const progress = (of: ReturnType<typeof reason>) => parts.inbox.put({ on: 'hooks-progress', progress: of });
      const end = await parts.hooks.run(effect.call, progress, { stop: stops.hooks, leave: signal });
      return { on: 'hooks-ended', phase: effect.call.phase, end };
    }
  }
}

/** `why` is what somebody who is logged in reads before the machine goes down. */
function orderOf(node: string, { reasons, before }: Extract<Effect, { do: 'reboot' }>): RebootOrder {
  const what = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return { why: `The node ${node} is rebooted by kured-host, because a reboot is needed${what}`, before };
}

function drainParts(parts: PerformParts): DrainParts {
  const { cluster, clock, log, inbox } = parts;
  const { drain: settings, blockers } = parts.settings();
  const progress = (of: ReturnType<typeof reason>) => inbox.put({ on: 'drain-progress', progress: of });
  return { pods: cluster.pods, clock, log, settings, spared: blockers.pods, progress };
}

async function followLease(parts: PerformParts, lease: LeaseRef, signal: AbortSignal): Promise<void> {
  for await (const told of parts.cluster.leases.watch(lease, signal)) {
    if (signal.aborted) return;
    parts.inbox.put({ on: 'lease-watch', lease, told });
  }
}

async function remember(parts: PerformParts, memory: Extract<Effect, { do: 'remember' }>['memory']): Promise<void> {
  const problem = await parts.host.memory.write(memory);
  if (problem !== null) parts.log.event('memory-unusable', { reason: problem });
}

/** What an executor that failed by a defect answers: for a write, that it may have taken effect. */
function knowingNothing(effect: Laned, why: string, mono: number): Event {
  const internal = reason('api-failed', { action: `carry out ${effect.do}`, why });
  const failed = { is: 'failed', reason: internal } as const;
  const unknown = { is: 'unknown', reason: internal } as const;
  switch (effect.do) {
    case 'read-lease':
      return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result: failed };
    case 'write-lease': {
      const { name, namespace, uid, resourceVersion } = effect.object.metadata;
      return { on: 'lease-written', lease: { namespace, name }, base: `${uid}/${resourceVersion}`, result: unknown };
    }
    case 'look-at-holder': {
      const { node, claim } = effect;
      return { on: 'holder-seen', node, claim, look: { is: 'unknown', reason: internal }, askedAt: mono };
    }
    case 'read-node':
      return { on: 'node-read', result: failed };
    case 'patch-node':
      return { on: 'node-patched', base: `${effect.patch.uid}/${effect.patch.resourceVersion}`, result: unknown };
    case 'ask-permission': {
      const source = reason('permission-unknown', { source: 'kured-host', why });
      return {
        on: 'permission',
        answer: { is: 'unknown', reasons: [source] },
        need: { is: 'unknown', reason: source },
        askedAt: mono,
      };
    }
    case 'look-at-shutdown':
      return { on: 'shutdown', look: { is: 'unknown', reason: reason('shutdown-unknown', { why }) }, askedAt: mono };
    case 'drain':
      return { on: 'drain-ended', end: { is: 'failed', reason: reason('drain-failed', { why }) } };
    case 'announce-reboot':
      return { on: 'announced' };
    case 'reboot':
      return { on: 'reboot', answer: { is: 'unknown', reason: reason('reboot-unanswered', { why }) } };
    case 'run-hooks': {
      const { phase } = effect.call;
      return { on: 'hooks-ended', phase, end: { is: 'failed', reason: reason('hook-failed', { hook: phase, why }) } };
    }
  }
}
