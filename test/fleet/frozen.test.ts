import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../fakes/clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';
import { FreezingProxy } from './proxy.ts';
import { advance, UnderWay } from './under-way.ts';

const minute = 60_000;
const timeout = 120_000;

/** A machine whose way to the API server can freeze, and time that is moved by hand. */
async function story() {
  const clock = new ManualClock({ wall: Date.now() });
  const fleet = await Fleet.open(clock);
  const proxy = await FreezingProxy.open(new URL(fleet.server.url));
  const underWay = new UnderWay();
  const until = (condition: () => boolean) => advance(clock, underWay, condition, () => proxy.frozen);
  const adding = fleet.add('a', {
    cluster: clusterAs(fleet.server, 'a', clock, { underWay, url: proxy.url }),
  });
  let machine: Machine | null = null;
  void adding.then((added) => {
    machine = added;
  });
  await until(() => machine !== null);
  const a = await adding;
  const dispose = async () => {
    await proxy[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
  };
  const pass = async (ms: number) => {
    const end = clock.mono() + ms;
    await until(() => clock.mono() >= end);
  };
  return { clock, fleet, proxy, a, until, pass, [Symbol.asyncDispose]: dispose };
}

test('an API server that stops without a word in a drain: it is noticed and told, and the drain goes on afterwards', {
  timeout,
}, async () => {
  await using s = await story();
  await s.fleet.admin.createPod('slow', 'a');
  s.a.needReboot('need');
  await s.until(() => s.a.status?.sentence.includes('default/slow') === true);
  s.proxy.freeze();
  await s.pass(5 * minute);
  assert.equal(s.a.status?.phase, 'draining');
  assert.match(s.a.status?.sentence ?? '', /^draining: .*(silent|no answer|cannot be reached)/);
  const pod = '/api/v1/namespaces/default/pods/slow';
  await s.fleet.admin.patch(pod, { metadata: { finalizers: null } });
  await s.fleet.admin.call('DELETE', `${pod}?gracePeriodSeconds=0`);
  await s.pass(minute);
  assert.equal(s.a.calls, 0, 'nobody told it that the pod is gone');
  s.proxy.thaw();
  await s.until(() => s.a.boots.length === 2 && s.a.status?.phase === 'idle');
  assert.equal(s.a.calls, 1);
  assert.equal((await s.fleet.admin.lease()).spec?.holderIdentity ?? '', '');
});

test('one that stops while nothing happens: a need is met when it is back, once', { timeout }, async () => {
  await using s = await story();
  await s.until(() => s.a.status?.phase === 'idle');
  s.proxy.freeze();
  s.a.needReboot('need');
  await s.pass(10 * minute);
  assert.equal(s.a.calls, 0);
  assert.match(s.a.status?.sentence ?? '', /^reboot needed: /);
  assert.match(s.a.status?.sentence ?? '', /no answer within|cannot be reached|silent/);
  s.proxy.thaw();
  await s.until(() => s.a.boots.length === 2 && s.a.status?.phase === 'idle');
  assert.equal(s.a.calls, 1);
});
