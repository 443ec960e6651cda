import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CordonOwner } from '../../src/core/node-view.ts';
import type { Effect } from '../../src/core/phases/effect.ts';
import type { Event } from '../../src/core/phases/event.ts';
import type { Phase } from '../../src/core/phases/state.ts';
import { reason } from '../../src/core/reasons.ts';
import { changeTold } from '../../src/daemon/change-told.ts';
import { outcomeTold } from '../../src/daemon/outcome-told.ts';
import { claim, need, ownLease, ownNode, raw, type Setting } from '../core/phases/samples.ts';

const away = reason('api-unavailable', { server: 'https://api', why: 'the connection is refused' });
const lease = ownLease({});
const node = ownNode({});
const left = (cordonOwner: CordonOwner): Event => ({
  on: 'node-patched',
  base: 'b',
  result: { is: 'written', object: { ...node, unschedulable: true, cordonOwner } },
});
const restoresMark: Effect = {
  do: 'patch-node',
  lane: 'node',
  purpose: 'restore',
  patch: { uid: 'u', resourceVersion: '1', annotations: {} },
};

describe('the outcome of an effect', () => {
  const write = (purpose: 'join' | 'claim' | 'renew' | 'fence' | 'force-release'): Effect => ({
    do: 'write-lease',
    lane: 'lease',
    object: lease,
    purpose,
  });
  const patch = (unschedulable?: boolean): Effect => ({
    do: 'patch-node',
    lane: 'node',
    purpose: unschedulable === false ? 'restore' : 'cordon',
    patch: {
      uid: 'u',
      resourceVersion: '1',
      annotations: {},
      ...(unschedulable === undefined ? {} : { unschedulable }),
    },
  });
  const reboot: Effect = { do: 'reboot', lane: 'reboot', reasons: [], before: 0 };
  type LeaseResult = Extract<Event, { on: 'lease-written' }>['result'];
  type NodeResult = Extract<Event, { on: 'node-patched' }>['result'];
  const leaseIs = (result: LeaseResult): Event => ({ on: 'lease-written', lease: lease.metadata, base: 'b', result });
  const nodeIs = (result: NodeResult): Event => ({ on: 'node-patched', base: 'b', result });
  const acknowledged = leaseIs({ is: 'written', object: lease });
  const patched = nodeIs({ is: 'written', object: node });
  const rows: readonly (readonly [string, Effect, Event, string | null])[] = [
    ['a place in the queue', write('join'), acknowledged, 'queued'],
    ['a claim, which is a moment of its own', write('claim'), acknowledged, null],
    ['a renewal', write('renew'), acknowledged, 'renewed'],
    ['a fence', write('fence'), acknowledged, 'fenced'],
    ['a fence that lost a race', write('fence'), leaseIs({ is: 'conflict' }), null],
    ['a fence without an answer', write('fence'), leaseIs({ is: 'unknown', reason: away }), 'write-unknown'],
    ['a fence that is refused', write('fence'), leaseIs({ is: 'refused', reason: away }), 'api-refused'],
    ['a release by force', write('force-release'), acknowledged, 'force-released'],
    ['a cordon', patch(true), patched, 'cordoned'],
    ['a mark on the cordon of a person', patch(), patched, null],
    ['a restore that uncordons', patch(false), patched, 'uncordoned'],
    ['a restore that leaves a cordon', restoresMark, left('nobody'), 'cordon-left'],
    ['a restore of a node that takes pods already', restoresMark, patched, null],
    ['a restore of a cordon without an answer', restoresMark, nodeIs({ is: 'unknown', reason: away }), 'write-unknown'],
    ['a cordon without an answer', patch(true), nodeIs({ is: 'unknown', reason: away }), 'write-unknown'],
    ['a Node that is gone', patch(true), nodeIs({ is: 'gone' }), null],
    ['a reboot that is accepted', reboot, { on: 'reboot', answer: { is: 'accepted' } }, 'reboot-accepted'],
    [
      'a reboot without an answer',
      reboot,
      { on: 'reboot', answer: { is: 'unknown', reason: away } },
      'reboot-unanswered',
    ],
    [
      'a refusal, which is a moment of its own',
      reboot,
      { on: 'reboot', answer: { is: 'refused', reason: away } },
      null,
    ],
    [
      'an announcement',
      { do: 'announce-reboot', lane: 'announce', method: 'logind', pods: 'all pods are gone' },
      { on: 'announced' },
      null,
    ],
  ];
  for (const [what, effect, outcome, code] of rows) {
    test(`${what}: ${code ?? 'nothing'}`, () => assert.equal(outcomeTold(effect, outcome)?.code ?? null, code));
  }
});

test('of a cordon that is left is said who set it, as far as the API server tells', () => {
  const why = (owner: CordonOwner) => outcomeTold(restoresMark, left(owner))?.fields.why;
  assert.equal(why({ manager: 'kubectl-cordon' }), 'the API server names kubectl-cordon as who set it');
  assert.equal(why({ manager: 'kured-host' }), 'kured-host set it, but no mark says so any more');
  assert.equal(why('nobody'), 'the API server names nobody who set it');
});

describe('a change in what is known', () => {
  const idle: Phase = { name: 'idle' };
  const calm: Setting = { facts: { need: { is: 'no' } } };
  const other = { is: 'yes', value: { ...need, fingerprint: 'file:2' } } as const;
  const cannotTell = { is: 'unknown', reason: reason('need-unknown', { source: '/run/x', why: 'EIO' }) } as const;
  const refused = (why: string) =>
    ({ answer: { is: 'refused', reasons: [reason('blocked', { source: 'logind', why })] }, askedAt: 1 }) as const;
  const watch = (is: 'running' | 'broken') => ({ ...raw(idle).facts.node, watch: is, problem: null });
  const rows: readonly (readonly [string, Setting, Setting, readonly string[]])[] = [
    ['nothing', {}, {}, []],
    ['a need that appears', calm, {}, ['need-found']],
    ['another need', {}, { facts: { need: other } }, ['need-found']],
    ['the same need, looked at again', {}, { facts: { need: { is: 'yes', value: { ...need } } } }, []],
    ['a need that goes', {}, calm, ['need-gone']],
    ['no need at the first look', { facts: { need: null } }, calm, []],
    ['a sentinel that cannot be read', calm, { facts: { need: cannotTell } }, ['need-unknown']],
    ['the same trouble with it again', { facts: { need: cannotTell } }, { facts: { need: { ...cannotTell } } }, []],
    ['permission that turns', {}, { facts: { permission: refused('a') } }, ['permission-refused']],
    ['the same refusal again', { facts: { permission: refused('a') } }, { facts: { permission: refused('a') } }, []],
    [
      'another refusal',
      { facts: { permission: refused('a') } },
      { facts: { permission: refused('b') } },
      ['permission-refused'],
    ],
    ['a retry', {}, { facts: { retried: { mono: 5, wall: 5 } } }, ['retry-asked']],
    ['an API server that goes', {}, { facts: { node: watch('broken') } }, ['api-lost']],
    ['an API server that is back', { facts: { node: watch('broken') } }, {}, ['api-back']],
    ['a pause', {}, { record: { paused: 'storage' } }, ['pool-paused']],
    ['another reason for the pause', { record: { paused: 'a' } }, { record: { paused: 'b' } }, ['pool-paused']],
    ['the end of a pause', { record: { paused: 'a' } }, {}, ['pool-resumed']],
    ['a request to release', {}, { record: { release: 'n1' } }, ['release-asked']],
    ['a request to another node', {}, { record: { release: 'n2' } }, []],
    ['a Lease that was broken', {}, { unreadable: true }, ['lease-unreadable']],
    ['a Lease that still is', { unreadable: true }, { unreadable: true }, []],
  ];
  for (const [what, before, after, codes] of rows) {
    test(`${what}: ${codes.join(', ') || 'nothing'}`, () => {
      const told = changeTold(raw(idle, before), raw(idle, after));
      assert.deepEqual(
        told.map(({ code }) => code),
        codes,
      );
    });
  }

  test('a claim that is lost, and a boot that is another, are told when the phase begins', () => {
    const lost: Phase = { name: 'recovering', cause: 'claim-lost', step: 'look' };
    const from = { id: 'boot-0', soft: 1 };
    const nothing = { fingerprint: '', reasons: [] };
    const none = { deadline: 0, failed: null, stuck: null };
    const verifying: Phase = { name: 'verifying', claim, from, need: nothing, remembered: false, ...none };
    const draining: Phase = { name: 'backing-out', claim, cause: away, step: 'declare', nonce: null };
    assert.deepEqual(
      changeTold(raw(draining), raw(lost)).map(({ code }) => code),
      ['claim-lost'],
    );
    assert.deepEqual(changeTold(raw(lost), raw(lost)), []);
    const [told] = changeTold(raw(lost), raw(verifying));
    assert.deepEqual([told?.code, told?.fields.from], ['boot-changed', 'boot-0/1']);
    assert.deepEqual(
      changeTold(raw(lost), raw({ ...verifying, from: null })),
      [],
      'a mark that cannot be read names no boot',
    );
  });

  test('what is wrong with a broken Lease is told with it', () => {
    const [told] = changeTold(raw(idle), raw(idle, { unreadable: true }));
    assert.match(String(told?.fields.why), /kured-host\/format says 99/);
  });
});
