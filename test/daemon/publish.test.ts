import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyMemory } from '../../src/core/memory.ts';
import type { NodeCondition, NodeSnapshot } from '../../src/core/node-view.ts';
import { decisionSettings } from '../../src/core/phases/decision-settings.ts';
import { startState } from '../../src/core/phases/start.ts';
import type { State } from '../../src/core/phases/state.ts';
import { type Reason, reason } from '../../src/core/reasons.ts';
import { Notices } from '../../src/daemon/notices.ts';
import { createPublisher } from '../../src/daemon/publish.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { ManualClock } from '../fakes/clock.ts';
import { settings } from '../fleet/fleet.ts';
import { silentLog, silentNotifier } from '../fleet/machine.ts';

const node: NodeSnapshot = {
  name: 'a',
  uid: 'uid-a',
  resourceVersion: '1',
  unschedulable: false,
  cordonOwner: 'nobody',
  labels: {},
  annotations: {},
  taints: [],
  bootID: 'boot',
  ready: 'True',
  readyMessage: '',
  readyHeartbeat: null,
  condition: null,
};
const me = { node: 'a', uid: 'uid-a', machine: 'machine', boot: { id: 'boot', soft: null }, by: 'me' };
const need = { fingerprint: 'f', source: '/run/reboot-required', reasons: ['linux-image'], older: false };

const permit: Reason = reason('asking-permission');
const phases = {
  idle: { name: 'idle' },
  waiting: { name: 'waiting', notBefore: 0, poll: 'no' },
  queued: { name: 'queued', leaving: null },
} as const;

/** A publisher over a cluster that takes every condition and keeps it. */
function story() {
  const clock = new ManualClock();
  const told: { readonly at: number; readonly condition: NodeCondition }[] = [];
  const publish = async (condition: NodeCondition) => {
    told.push({ at: clock.mono(), condition });
    return { is: 'written', object: { ...node, resourceVersion: String(told.length + 1), condition } } as const;
  };
  const cluster = { node: { publish }, tell: async () => ({ is: 'told' }) } as unknown as Cluster;
  const manager = { status: () => {} } as unknown as Parameters<typeof createPublisher>[0]['manager'];
  const tally = { phase: () => {}, moment: () => {} };
  const { signal } = new AbortController();
  const notices = new Notices({
    notifier: silentNotifier,
    clock,
    settings: () => settings.notifications,
    since: () => null,
    signal,
  });
  const publisher = createPublisher({ cluster, clock, log: silentLog, manager, tally, notices, signal });
  const blank = startState(me, decisionSettings(settings), emptyMemory, clock.now());
  let last: State = blank;
  return {
    clock,
    /** What the condition said, each with the moment at which it was written. */
    told: () => told.map(({ at, condition }) => `${at}: ${condition.status} ${condition.reason}`),
    enter(name: keyof typeof phases, waits: Reason, needed = true) {
      const seen = { is: 'node', node: { ...node, condition: told.at(-1)?.condition ?? null } } as const;
      const facts = {
        ...blank.facts,
        need: needed ? ({ is: 'yes', value: need } as const) : ({ is: 'no' } as const),
        node: { ...blank.facts.node, seen, current: true },
      };
      const next: State = { phase: phases[name], since: blank.since, waits, facts };
      publisher.state(last, next);
      last = next;
    },
    flush: publisher.flush,
  };
}

test('another status of the condition is written at once, a phase that is over in no time never', async () => {
  const { clock, enter, told } = story();
  enter('idle', reason('no-need'), false);
  await clock.advance(10_000);
  enter('waiting', permit);
  await clock.advance(20);
  enter('queued', reason('pool-busy', { holders: 'b', lease: 'x' }));
  await clock.advance(20);
  enter('idle', reason('no-need'), false);
  await clock.advance(60_000);
  assert.deepEqual(told(), ['0: False NoNeed', '10000: True AskingPermission', '10040: False NoNeed']);
});

test('a phase that lasts is told after a second, however much changes meanwhile', async () => {
  const { clock, enter, told } = story();
  enter('waiting', permit);
  await clock.advance(10_000);
  enter('queued', reason('not-my-turn', { place: '2', length: '2', lease: 'x', holders: 'b' }));
  await clock.advance(700);
  enter('queued', reason('pool-busy', { holders: 'b', lease: 'x' }));
  await clock.advance(300);
  assert.deepEqual(told(), ['0: True AskingPermission', '11000: True PoolBusy']);
});

test('what waits to be told is told when it is asked for, and only once', async () => {
  const { clock, enter, told, flush } = story();
  enter('waiting', permit);
  await clock.advance(10_000);
  enter('queued', reason('pool-busy', { holders: 'b', lease: 'x' }));
  await flush();
  await clock.advance(60_000);
  assert.deepEqual(told(), ['0: True AskingPermission', '10000: True PoolBusy']);
});
