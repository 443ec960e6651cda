import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askRelease,
  forceRelease,
  honourForceRelease,
  isReleaseAsked,
  pause,
  release,
  resume,
} from '../../../src/core/lease/release.ts';
import { broken, granted, holder, holding, me, queued, record, refusal, waiting } from './samples.ts';

const claim = 'claim-n1';
const crowd = record({
  holders: [holder('h1'), holder('n1'), broken('{"node":"n2"}'), broken('"x"')],
  queue: [waiting('q0'), waiting('n1')],
  release: 'n1',
  transitions: 9,
});

test('a release takes my entry, my place and the request that names me, and nothing else', () => {
  const after = granted(release(crowd, me, claim));
  assert.deepEqual(holding(after), ['h1', '?', '?']);
  assert.deepEqual(queued(after), ['q0']);
  assert.equal(after.release, null);
  assert.equal(after.transitions, 9);
  assert.equal(granted(release({ ...crowd, release: 'h1' }, me, claim)).release, 'h1');
});

test('what is not this claim of this machine is not released', () => {
  assert.equal(refusal(release(crowd, me, 'newer')), 'not-holding');
  assert.equal(refusal(release(crowd, { ...me, machine: 'twin' }, claim)), 'not-holding');
  assert.equal(refusal(release(crowd, { ...me, node: 'n9' }, claim)), 'not-holding');
  assert.equal(refusal(release(record({ holders: [broken('{"node":"n1"}')] }), me, claim)), 'not-holding');
});

test('a person asks a holder by name; one who does not hold cannot be asked', () => {
  const asked = granted(askRelease(record({ holders: [holder('n1')] }), 'n1'));
  assert.equal(isReleaseAsked(asked, me), true);
  assert.equal(isReleaseAsked(record(), me), false);
  assert.equal(refusal(askRelease(record({ queue: [waiting('n1')] }), 'n1')), 'not-holding');
});

test('a release by force takes any entry of that name, readable or not, and leaves its place', () => {
  assert.deepEqual(holding(granted(forceRelease(crowd, 'n2'))), ['h1', 'n1', '?']);
  assert.deepEqual(granted(forceRelease(crowd, '?')).holders, crowd.holders.slice(0, 3));
  const after = granted(forceRelease(crowd, 'n1'));
  assert.equal(after.release, null);
  assert.deepEqual(queued(after), ['q0', 'n1']);
  assert.equal(refusal(forceRelease(crowd, 'q0')), 'not-holding');
  assert.equal(granted(forceRelease({ ...crowd, forceRelease: 'h1' }, 'n2')).forceRelease, 'h1');
  assert.equal(granted(forceRelease({ ...crowd, forceRelease: 'n2' }, 'n2')).forceRelease, null);
});

test('the annotation to release by force is carried out together with its removal, also when it names nobody', () => {
  const asked = { ...crowd, forceRelease: 'h1' };
  assert.deepEqual(honourForceRelease(asked), { ...crowd, holders: crowd.holders.slice(1) });
  assert.deepEqual(honourForceRelease({ ...crowd, forceRelease: 'nobody' }), crowd);
  assert.equal(honourForceRelease(crowd), crowd);
});

test('pausing keeps a bounded reason, resuming takes it away', () => {
  assert.equal(pause(record(), 'storage work').paused, 'storage work');
  assert.ok((pause(record(), 'x'.repeat(9999)).paused ?? '').length <= 300);
  assert.equal(resume(record({ paused: '' })).paused, null);
  const running = record();
  assert.equal(resume(running), running);
});
