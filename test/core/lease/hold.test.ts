import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  declareBackOut,
  fence,
  fenceIsMine,
  isMyClaim,
  markStuck,
  mine,
  recordStart,
  renew,
  takeFenceBack,
} from '../../../src/core/lease/hold.ts';
import type { Holder, HolderPhase, LeaseRecord, Me } from '../../../src/core/lease/record.ts';
import { retryClaim } from '../../../src/core/lease/retry.ts';
import { at, broken, entryOf, granted, holder, me, need, now, record, refusal, settings } from './samples.ts';

const phases: readonly HolderPhase[] = ['draining', 'backing-out', 'rebooting', 'verifying'];
const claim = 'claim-n1';
const reboot = { method: 'logind', attempts: 3 } as const;
const later: Me = { ...me, boot: { id: 'boot-2', soft: 0 } };
const soft: Me = { ...me, boot: { id: 'boot-n1', soft: 1 } };
const twin: Me = { ...me, machine: 'machine-2' };

function held(change: Partial<Holder> = {}, more: Partial<LeaseRecord> = {}): LeaseRecord {
  return record({ holders: [holder('n1', change)], ...more });
}

function tryFence(of: LeaseRecord, who: Me = me, own = settings): string {
  return refusal(fence(of, who, claim, need, reboot, own, now));
}

test('my entry is found by name, my claim by name, machine and claim id', () => {
  assert.equal(mine(held({ claim: 'other', machine: 'other' }), me)?.claim, 'other');
  assert.equal(mine(record({ holders: [holder('h1'), broken('{"node":"n1"}')] }), me), null);
  assert.equal(isMyClaim(entryOf(held(), 'n1'), me, claim), true);
  assert.equal(isMyClaim(entryOf(held(), 'n1'), me, 'other'), false);
  assert.equal(isMyClaim(entryOf(held(), 'n1'), twin, claim), false);
});

test('every rewrite says by whom and when; claim, boot and the other holders stay, since moves only with the phase', () => {
  const before = record({ holders: [holder('h1'), holder('n1'), broken('{}')], concurrency: 5 });
  const who = { ...me, by: 'another process' };
  const table: readonly (readonly [LeaseRecord, boolean])[] = [
    [granted(renew(before, who, claim, now)), false],
    [granted(markStuck(before, who, claim, 'x', now)), false],
    [granted(recordStart(before, who, now, false)), false],
    [granted(fence(before, who, claim, need, reboot, { ...settings, concurrency: 5 }, now)), true],
    [granted(declareBackOut(before, who, claim, now)), true],
  ];
  for (const [after, moved] of table) {
    const entry = entryOf(after, 'n1');
    assert.equal(entry.by, 'another process');
    assert.equal(entry.changed, '2026-03-01T02:53:07Z');
    assert.equal(entry.since, moved ? '2026-03-01T02:53:07Z' : '2026-03-01T02:10:00Z');
    assert.equal(entry.claim, claim);
    assert.deepEqual(entry.boot, { id: 'boot-n1', soft: 0 });
    assert.equal(after.holders[0], before.holders[0]);
    assert.equal(after.holders[2], before.holders[2]);
    assert.equal(after.transitions, before.transitions);
  }
});

test('a claim that is gone, or is another one or another machine’s, is lost to every rule', () => {
  const rules: Readonly<
    Record<string, (of: LeaseRecord, who: Me) => { readonly granted: boolean; readonly because?: string }>
  > = {
    renew: (of, who) => renew(of, who, claim, now),
    fence: (of, who) => fence(of, who, claim, need, reboot, settings, now),
    takeFenceBack: (of, who) => takeFenceBack(of, who, claim, now),
    declareBackOut: (of, who) => declareBackOut(of, who, claim, now),
    markStuck: (of, who) => markStuck(of, who, claim, 'x', now),
    retryClaim: (of, who) => retryClaim(of, who, claim, now),
  };
  for (const [name, rule] of Object.entries(rules)) {
    assert.equal(refusal(rule(record(), me)), 'claim-lost', name);
    assert.equal(refusal(rule(held({ claim: 'newer' }), me)), 'claim-lost', name);
    assert.equal(refusal(rule(held(), twin)), 'claim-lost', name);
    assert.equal(refusal(rule(record({ holders: [broken('{"node":"n1"}')] }), me)), 'claim-lost', name);
  }
});

suite('fence', () => {
  test('it counts the attempt, names the need as it is now and the method', () => {
    const other = { ...need, fingerprint: 'file:2' };
    const stuck = 'asked for, and nothing came';
    const after = granted(fence(held({ attempt: 1, starts: 2, stuck }), me, claim, other, reboot, settings, now));
    const entry = entryOf(after, 'n1');
    assert.equal(entry.phase, 'rebooting');
    assert.equal(entry.attempt, 2);
    assert.equal(entry.starts, 2);
    assert.equal(entry.need.fingerprint, 'file:2');
    assert.equal(entry.method, 'logind');
    assert.equal(entry.stuck, undefined, 'who asks again needs nobody');
  });

  test('what stands against it', () => {
    const other = (phase: HolderPhase) => ({ holders: [holder('n1'), holder('h1', { phase })] });
    const table: readonly (readonly [string, LeaseRecord, string])[] = [
      ['draining', held(), 'granted'],
      ['again from rebooting', held({ phase: 'rebooting', attempt: 1 }), 'granted'],
      ['backing out', held({ phase: 'backing-out' }), 'not-draining'],
      ['verifying', held({ phase: 'verifying' }), 'not-draining'],
      ['paused', held({}, { paused: '' }), 'paused'],
      ['asked to release', held({}, { release: 'n1' }), 'release-asked'],
      ['another is asked to release', held({}, { release: 'h1' }), 'granted'],
      ['to be released by force', held({}, { forceRelease: 'n1' }), 'claim-lost'],
      ['another is draining', record(other('draining')), 'granted'],
      ['another is backing out', record(other('backing-out')), 'granted'],
      ['another is rebooting', record(other('rebooting')), 'others-rebooting'],
      ['another is verifying', record(other('verifying')), 'others-rebooting'],
      ['another cannot be read', record({ holders: [holder('n1'), broken('{}')] }), 'others-rebooting'],
      ['another is rebooting, two may', record({ ...other('rebooting'), concurrency: 2 }), 'granted'],
      ['the last attempt', held({ attempt: 2 }), 'granted'],
      ['no attempt left', held({ attempt: 3 }), 'no-attempt-left'],
    ];
    for (const [name, of, word] of table) assert.equal(tryFence(of), word, name);
  });

  test('the limit is the strictest one now, also one lowered since the claims', () => {
    const two = record({ holders: [holder('n1', { limit: 2 }), holder('h1', { limit: 2, phase: 'rebooting' })] });
    assert.equal(tryFence(two, me, { ...settings, concurrency: 2 }), 'granted');
    assert.equal(tryFence(two, me, { ...settings, concurrency: 1 }), 'others-rebooting');
    assert.equal(tryFence({ ...two, concurrency: 1 }, me, { ...settings, concurrency: 2 }), 'others-rebooting');
  });

  test('it is for the boot of the claim only; somebody’s soft reboot is still that boot', () => {
    assert.equal(tryFence(held(), later), 'claim-lost');
    assert.equal(tryFence(held(), soft), 'granted');
  });

  test('one for a soft reboot needs the count of the claim, by which it is proven', () => {
    const softly = { ...reboot, method: 'soft-reboot' } as const;
    const tried = (count: number | null, who: Me) => {
      const of = held({ boot: { ...me.boot, soft: count } });
      return refusal(fence(of, who, claim, need, softly, settings, now));
    };
    assert.equal(tried(0, me), 'granted');
    assert.equal(tried(0, soft), 'soft-unprovable', 'somebody rebooted softly in the middle of the claim');
    assert.equal(tried(null, { ...me, boot: { ...me.boot, soft: null } }), 'soft-unprovable', 'nobody counts');
  });

  test('only the very fence this process wrote counts', () => {
    const fenced = { phase: 'rebooting', attempt: 1 } as const;
    const table: readonly (readonly [Partial<Holder>, Me, boolean])[] = [
      [fenced, me, true],
      [{ ...fenced, attempt: 2 }, me, false],
      [{ ...fenced, by: 'the process before' }, me, false],
      [{ ...fenced, phase: 'draining' }, me, false],
      [{ ...fenced, claim: 'newer' }, me, false],
      [fenced, later, false],
      [fenced, twin, false],
    ];
    for (const [change, who, counts] of table) {
      assert.equal(fenceIsMine(held(change), who, claim, 1), counts, JSON.stringify(change));
    }
    assert.equal(fenceIsMine(record(), me, claim, 1), false);
  });
});

suite('phases', () => {
  type Move = (
    of: LeaseRecord,
    who: Me,
  ) => { readonly granted: boolean; readonly record?: LeaseRecord; readonly because?: string };
  const moves: readonly (readonly [string, Move, Me, readonly string[]])[] = [
    // in the order draining, backing-out, rebooting, verifying
    [
      'fence taken back',
      (of, who) => takeFenceBack(of, who, claim, now),
      me,
      ['wrong-phase', 'wrong-phase', 'draining', 'wrong-phase'],
    ],
    [
      'fence taken back, other boot',
      (of, who) => takeFenceBack(of, who, claim, now),
      later,
      Array(4).fill('other-boot'),
    ],
    [
      'back out',
      (of, who) => declareBackOut(of, who, claim, now),
      me,
      ['backing-out', 'backing-out', 'backing-out', 'wrong-phase'],
    ],
    [
      'back out, where somebody wrote another boot',
      (of, who) => declareBackOut(of, who, claim, now),
      later,
      ['backing-out', 'backing-out', 'backing-out', 'wrong-phase'],
    ],
    ['renew', (of, who) => renew(of, who, claim, now), me, [...phases]],
    ['renew, other boot', (of, who) => renew(of, who, claim, now), later, [...phases]],
    ['start', (of, who) => recordStart(of, who, now, false), me, [...phases]],
    [
      'start after a boot',
      (of, who) => recordStart(of, who, now, true),
      later,
      ['verifying', 'backing-out', 'verifying', 'verifying'],
    ],
    [
      'start after a soft reboot',
      (of, who) => recordStart(of, who, now, true),
      soft,
      ['verifying', 'backing-out', 'verifying', 'verifying'],
    ],
    ['start, verifying in the same boot', (of, who) => recordStart(of, who, now, true), me, Array(4).fill('same-boot')],
  ];

  for (const [name, move, who, outcomes] of moves) {
    test(`${name}: ${phases.map((phase, index) => `${phase} → ${outcomes[index]}`).join(', ')}`, () => {
      for (const [index, phase] of phases.entries()) {
        const ruling = move(held({ phase }), who);
        const outcome = ruling.granted && ruling.record ? entryOf(ruling.record, 'n1').phase : ruling.because;
        assert.equal(outcome, outcomes[index], phase);
      }
    });
  }

  test('a fence taken back stays counted', () => {
    assert.equal(
      entryOf(granted(takeFenceBack(held({ phase: 'rebooting', attempt: 2 }), me, claim, now)), 'n1').attempt,
      2,
    );
  });
});

suite('a start', () => {
  test('it is counted, and the Node’s UID is brought up to date when it is known', () => {
    const entry = entryOf(granted(recordStart(held({ starts: 1 }), { ...me, uid: 'uid-2' }, now, false)), 'n1');
    assert.equal(entry.starts, 2);
    assert.equal(entry.uid, 'uid-2');
    assert.equal(entryOf(granted(recordStart(held(), { ...me, uid: '' }, now, false)), 'n1').uid, 'uid-n1');
    assert.equal(refusal(recordStart(record(), me, now, false)), 'claim-lost');
  });

  test('another machine takes the entry over only when the Node is known to be another, and then only verifies', () => {
    const replaced: Me = { ...twin, uid: 'uid-2', boot: { id: 'boot-9', soft: 0 } };
    assert.equal(refusal(recordStart(held(), twin, now, true)), 'other-machine');
    assert.equal(refusal(recordStart(held(), { ...replaced, uid: '' }, now, true)), 'other-machine');
    assert.equal(refusal(recordStart(held({ uid: '' }), replaced, now, true)), 'other-machine');
    for (const verifying of [true, false]) {
      const after = granted(recordStart(held({ phase: 'rebooting' }), replaced, now, verifying));
      const entry = entryOf(after, 'n1');
      assert.deepEqual(
        [entry.phase, entry.machine, entry.uid, entry.boot.id, entry.claim],
        ['verifying', 'machine-2', 'uid-2', 'boot-n1', claim],
      );
      assert.equal(tryFence(after, replaced), 'claim-lost');
    }
  });
});

suite('stuck', () => {
  test('the reason stands beside the phase, bounded, and goes again', () => {
    const stuck = granted(markStuck(held({ phase: 'rebooting' }), me, claim, `no\n${'x'.repeat(900)}`, now));
    const entry = entryOf(stuck, 'n1');
    assert.equal(entry.phase, 'rebooting');
    assert.match(entry.stuck ?? '', /^no\\nx+…$/);
    assert.ok((entry.stuck ?? '').length <= 300);
    assert.equal('stuck' in entryOf(granted(markStuck(stuck, me, claim, null, at(1))), 'n1'), false);
  });

  test('a retry counts fences and starts from zero and takes the reason away', () => {
    const entry = entryOf(
      granted(retryClaim(held({ phase: 'rebooting', attempt: 3, starts: 6, stuck: 'x' }), me, claim, now)),
      'n1',
    );
    assert.deepEqual([entry.attempt, entry.starts, entry.stuck, entry.phase], [0, 0, undefined, 'rebooting']);
    assert.equal(refusal(retryClaim(held(), me, claim, now)), 'nothing-to-do');
    assert.equal(refusal(retryClaim(record(), me, claim, now)), 'claim-lost');
    assert.equal('stuck' in entryOf(granted(retryClaim(held({ stuck: 'x' }), me, claim, now)), 'n1'), false);
    assert.equal(entryOf(granted(retryClaim(held({ attempt: 1 }), me, claim, now)), 'n1').attempt, 0);
  });
});
