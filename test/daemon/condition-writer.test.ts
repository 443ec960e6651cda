import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { NodeCondition, NodeSnapshot } from '../../src/core/node-view.ts';
import type { Phase } from '../../src/core/phases/state.ts';
import { type Reason, reason } from '../../src/core/reasons.ts';
import { ConditionWriter } from '../../src/daemon/condition-writer.ts';
import type { Written } from '../../src/ports/cluster.ts';
import { ManualClock } from '../fakes/clock.ts';
import { quietLog } from '../sentinel/quiet-log.ts';
import { phases, snapshot, stateOf } from './states.ts';

const minute = 60_000;
const hour = 60 * minute;
const refused = { is: 'refused', reason: reason('api-refused', { action: 'change the status', why: '403' }) } as const;
const asking = reason('asking-permission');
const full = (length: number) => reason('queue-full', { lease: 'kured-host/kured-host', length: String(length) });
const busy = (minutes: number) =>
  reason('pool-busy', { holders: `n7, rebooting since 02:10 UTC (${minutes} min)`, lease: 'kured-host/kured-host' });

/** A Node that takes what is published, and shows it a moment later. */
function open(t: TestContext) {
  const clock = new ManualClock();
  const log = quietLog();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const at: number[] = [];
  let shown: NodeCondition | null = null;
  let version = 1;
  let answer: Written<NodeSnapshot> | null = null;
  const publish = async (condition: NodeCondition): Promise<Written<NodeSnapshot>> => {
    at.push(clock.mono());
    if (answer !== null) return answer;
    version += 1;
    shown = condition;
    return { is: 'written', object: snapshot(condition, version) };
  };
  const writer = new ConditionWriter({ node: { publish }, clock, log, signal: stop.signal });
  let last = '';
  const want = async (phase: Phase, waits: Reason, ms = 0): Promise<void> => {
    writer.want(stateOf(phase, waits, shown, version), { phase: last !== phase.name, stuck: false });
    last = phase.name;
    await clock.advance(ms);
  };
  return {
    clock,
    log,
    stop,
    at,
    want,
    writer,
    shown: () => shown,
    answer: (given: Written<NodeSnapshot> | null) => {
      answer = given;
    },
    /** Etcd goes back to where the Node showed this. */
    restore: (condition: NodeCondition) => {
      version = 1;
      shown = condition;
    },
    /** Somebody else writes the Node. */
    tamper: (condition: NodeCondition | null) => {
      version += 1;
      shown = condition;
    },
  };
}

test('ten hours behind a holder whose minutes run cost one write', async (t) => {
  const { want, at, shown } = open(t);
  for (let minutes = 0; minutes < 600; minutes += 1) await want(phases.waiting, busy(minutes), minute);
  assert.equal(at.length, 1);
  assert.match(shown()?.message ?? '', /waiting for n7, rebooting since 02:10 UTC, holder of/);
});

test('ten hours in which permission is asked for every minute cost one write', async (t) => {
  const { want, at, shown } = open(t);
  await want(phases.waiting, full(32), minute);
  for (let minutes = 0; minutes < 600; minutes += 1) {
    await want(phases.waiting, asking, 50);
    await want(phases.waiting, full(32), minute);
  }
  assert.equal(at.length, 1);
  assert.equal(shown()?.reason, 'QueueFull');
});

test('what a restored etcd shows is put right, though its versions are older than the last write', async (t) => {
  const { want, restore, shown, at } = open(t);
  await want(phases.draining, asking, minute);
  const before = shown();
  await want(phases.idle, reason('no-need'), minute);
  await want(phases.idle, reason('no-need'), minute);
  assert.ok(before !== null);
  restore(before);
  const writes = at.length;
  await want(phases.idle, reason('no-need'), minute);
  assert.equal(shown()?.reason, 'NoNeed');
  assert.equal(at.length, writes + 1);
});

test('a question that gets no answer is told after all', async (t) => {
  const { want, shown } = open(t);
  await want(phases.waiting, full(32), minute);
  await want(phases.waiting, asking, 5_000);
  await want(phases.waiting, asking, 6_000);
  assert.equal(shown()?.reason, 'AskingPermission');
});

test('of many that wait each writes other details of one reason once an hour, a place in the queue every ten minutes', async (t) => {
  const many = open(t);
  for (let minutes = 0; minutes < 600; minutes += 1) await many.want(phases.waiting, full(minutes % 32), minute);
  assert.ok(many.at.length <= 20, `${many.at.length} writes`);
  const queued = open(t);
  const place = (at: number) => reason('not-my-turn', { place: String(at), length: '32', lease: 'l', holders: 'n7' });
  for (let minutes = 0; minutes < 60; minutes += 1) await queued.want(phases.queued, place(60 - minutes), minute);
  assert.ok(queued.at.length >= 5 && queued.at.length <= 12, `${queued.at.length} writes`);
});

test('whatever flaps, a node that holds nothing writes at most twelve times an hour', async (t) => {
  const { want, at } = open(t);
  for (let minutes = 0; minutes < 600; minutes += 3) {
    await want(phases.waiting, busy(0), minute);
    await want(phases.waiting, full(32), minute);
    await want(phases.idle, reason('no-need'), minute);
  }
  assert.ok(at.length <= 120, `${at.length} writes in ten hours`);
  assert.ok(at.length > 100);
});

test('another status is written at once, another phase when it has lasted, a drain’s progress once a minute', async (t) => {
  const { want, at, clock } = open(t);
  await want(phases.idle, reason('no-need'), 0);
  await want(phases.waiting, full(32), 0);
  await want(phases.queued, full(32), 0);
  assert.deepEqual(at, [0, 0]);
  await want(phases.draining, reason('draining', { progress: '9 of 9' }), 1_000);
  assert.deepEqual(at, [0, 0, 1_000]);
  for (let seconds = 0; seconds < 600; seconds += 1)
    await want(phases.draining, reason('draining', { progress: `${seconds}` }), 1_000);
  assert.equal(clock.mono(), 601_000);
  assert.ok(at.length >= 3 + 10 && at.length <= 3 + 14, `${at.length} writes`);
});

test('a phase that came while a write was under way is written right behind it', async (t) => {
  const { want, writer, at, shown } = open(t);
  await want(phases.idle, reason('no-need'), 0);
  writer.want(stateOf(phases.waiting, full(1), shown(), 2), { phase: true, stuck: false });
  writer.want(stateOf(phases.draining, reason('draining', { progress: 'x' }), shown(), 2), {
    phase: true,
    stuck: false,
  });
  await writer.flush();
  assert.equal(shown()?.reason, 'Draining');
  assert.equal(at.length, 3);
});

test('what somebody else writes is put right', async (t) => {
  const { want, at, shown, tamper } = open(t);
  await want(phases.waiting, full(32), minute);
  tamper({ status: 'False', reason: 'QueueFull', message: 'all is well' });
  await want(phases.waiting, full(32), 0);
  assert.equal(shown()?.status, 'True');
  tamper(null);
  await want(phases.waiting, full(32), 0);
  assert.equal(shown()?.status, 'True');
  assert.equal(at.length, 3);
});

test('a refused write is told once, tried again after a minute without any event, and counts like any other', async (t) => {
  const { want, at, log, clock, shown, answer } = open(t);
  answer(refused);
  await want(phases.waiting, full(32), 10 * hour);
  assert.ok(at.length > 2 && at.length <= 12 * 11, `${at.length} writes`);
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= minute);
  assert.ok(log.told.length <= 11, `${log.told.length} lines`);
  answer(null);
  await clock.advance(hour);
  assert.equal(shown()?.reason, 'QueueFull');
});

test('nothing is written once the service has ended', async (t) => {
  const { want, at, stop, clock } = open(t);
  await want(phases.waiting, full(32), 0);
  await want(phases.waiting, busy(1), 0);
  stop.abort();
  await clock.advance(hour);
  assert.equal(at.length, 1);
  assert.equal(clock.untilNext(), null);
});
