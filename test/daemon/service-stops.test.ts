import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conditionOn } from '../fleet/condition.ts';
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
