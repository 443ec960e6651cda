import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord } from '../../src/core/lease/format.ts';
import { leaseStatus } from '../../src/core/lease-status.ts';
import type { LeaseFacts } from '../../src/core/phases/facts.ts';
import { reason } from '../../src/core/reasons.ts';
import { phases, stateOf } from '../daemon/states.ts';

function seen(change: Partial<LeaseFacts>): ReturnType<typeof leaseStatus> {
  const state = stateOf(phases.idle, reason('no-need'), null);
  return leaseStatus({ ...state, facts: { ...state.facts, lease: { ...state.facts.lease, ...change } } });
}

function leaseWith(annotations: Readonly<Record<string, string>>): Partial<LeaseFacts> {
  const metadata = { name: 'kured-host', namespace: 'kured-host', uid: 'u', resourceVersion: '1', annotations };
  return { seen: { is: 'lease', object: { metadata }, reading: readRecord({ metadata }) } };
}

describe('the Lease in the status', () => {
  it('that was not read yet, is gone, or cannot be understood is not shown as a free one', () => {
    assert.deepEqual(
      [seen({ seen: { is: 'nothing' } }).limit, seen({ seen: { is: 'nothing' } }).problem],
      [null, null],
    );
    assert.equal(seen({ seen: { is: 'gone' } }).problem, 'does not exist');
    const unreadable = seen(leaseWith({ 'kured-host/holders': '{not json' }));
    assert.equal(unreadable.limit, null);
    assert.match(unreadable.problem ?? '', /^cannot be understood and so counts as held: .*kured-host\/holders/);
  });

  it('names what the API server said last of it', () => {
    const problem = reason('api-refused', { action: 'read the Lease', why: 'no' });
    assert.equal(seen({ seen: { is: 'gone' }, problem }).problem, 'the API server refused to read the Lease: no');
  });

  it('is fresh while it is watched', () => {
    assert.equal(seen({ ...leaseWith({}), watch: 'running' }).fresh, true);
    for (const watch of ['off', 'starting', 'broken'] as const)
      assert.equal(seen({ ...leaseWith({}), watch }).fresh, false);
  });
});
