import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conditionOn } from '../fleet/condition.ts';
import { capturedLog } from './captured-log.ts';
import { draining, holder, inPhase } from './draining-story.ts';
import { story } from './service-story.ts';

it('a stop whose time is over says on the Node that the service has ended, and what could not be given back', {
  timeout: 120_000,
}, async (t) => {
  const s = await story(t);
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.sentence.includes('default/slow') === true, 'the pod to be waited for');
  s.fleet.server.faults.hold({ verb: 'patch', resource: 'nodes', subresource: '' });
  s.service.stop('stop');
  assert.deepEqual(await s.service.ended, { is: 'stopped' });
  const { status, reason, message } = await conditionOn(s.admin, 'a');
  assert.deepEqual([status, reason], ['Unknown', 'ServiceEnded']);
  assert.match(message, /; the claim in kured-host\/kured-host is left as it is \(backing-out\)$/);
});

it('a stop between the daemon of one user and that of the next says what is left: the one leaves its claim to the other, which never begins', {
  timeout: 120_000,
}, async (t) => {
  const logged = capturedLog(t);
  const s = await draining(t, (own) => ({
    ...own,
    log: { level: 'info' },
    credentials: { ...own.credentials, nodeName: 'a' },
  }));
  // Its last words have nobody to hear them, so it takes its two seconds.
  s.fleet.server.faults.hold({ verb: 'patch', resource: 'nodes', subresource: 'status' }, 'before', 20);
  await s.admin.createPod('another', 'a');
  await s.until(({ status }) => status?.podsLeft === 2, 'another pod to be told of');
  s.joinAs('ops');
  // Credentials are looked at when they are used: another eviction uses them.
  await s.admin.createPod('third', 'a');
  await s.until(inPhase('stopped'), 'the first to end');
  s.service.stop('stop');
  await s.service.ended;
  assert.equal(await holder(s), 'a');
  const last = logged().findLast(({ event }) => event === 'service-stopping');
  assert.equal(last?.['meaning'], 'stop');
  assert.match(String(last?.['why']), /; to give it up instead: kured-host lease release a --force, /);
});
