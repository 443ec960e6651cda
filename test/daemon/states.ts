import { yes } from '../../src/core/answer.ts';
import { emptyMemory } from '../../src/core/memory.ts';
import type { NodeCondition, NodeSnapshot } from '../../src/core/node-view.ts';
import { decisionSettings } from '../../src/core/phases/decision-settings.ts';
import { startState } from '../../src/core/phases/start.ts';
import type { Phase, State } from '../../src/core/phases/state.ts';
import type { Reason } from '../../src/core/reasons.ts';
import { settings } from '../fleet/fleet.ts';

export const phases = {
  idle: { name: 'idle' },
  waiting: { name: 'waiting', notBefore: 0, poll: 'no' },
  queued: { name: 'queued', leaving: null },
  draining: {
    name: 'draining',
    claim: 'c',
    step: 'evict',
    began: 0,
    hooksSince: null,
    uncounted: 0,
    hookedAt: null,
    delayUntil: null,
    renewAt: 0,
    fenceNotBefore: 0,
    fence: null,
    heldUpSince: null,
    lastRefusal: null,
    givenUp: null,
  },
} as const satisfies Record<string, Phase>;

const now = { mono: 0, wall: 0, chance: '0'.repeat(32) };
const me = { node: 'n1', uid: 'u1', machine: 'm', boot: { id: 'b', soft: null }, by: 'p' };
const need = yes({ fingerprint: 'f', source: '/run/reboot-required', reasons: [], older: false });

/** A node as a watch that runs shows it, in a phase, waiting for a reason. */
export function stateOf(phase: Phase, waits: Reason, shown: NodeCondition | null, version = 1): State {
  const start = startState(me, decisionSettings(settings), emptyMemory, now);
  const seen = { is: 'node', node: snapshot(shown, version) } as const;
  const node = { ...start.facts.node, seen, current: true, watch: 'running' } as const;
  return { ...start, phase, waits, facts: { ...start.facts, node, need: phase.name === 'idle' ? { is: 'no' } : need } };
}

export function snapshot(condition: NodeCondition | null, version: number): NodeSnapshot {
  return {
    name: 'n1',
    uid: 'u1',
    resourceVersion: String(version),
    unschedulable: false,
    cordonOwner: 'nobody',
    labels: {},
    annotations: {},
    taints: [],
    bootID: 'b',
    ready: 'True',
    readyMessage: '',
    readyHeartbeat: 0,
    condition,
  };
}
