import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { account, begin, gone, holds, lease, node, pod, service, timed, turn, up, waits } from './histories.ts';
import { breaches, judged } from './judged.ts';
import { Observer } from './observer.ts';
import type { Seen } from './seen.ts';

const { claim, cordon, fence, asked: call, down: goes } = turn('a');

describe('law 2, permission', () => {
  const says = (answer: 'allowed' | 'refused' | 'unknown', at: number): Seen => ({
    is: 'permission',
    node: 'a',
    answer,
    at,
  });
  const needs = (fingerprint: string | null, at: number): Seen => ({ is: 'need', node: 'a', fingerprint, at });
  const at = (seen: Seen, when: number): Seen => ({ ...seen, at: when });
  const drained = [claim, cordon, fence];
  judged([
    ['a call 10 s after permission went', [...drained, says('refused', 20_000), at(call, 30_000)], null],
    [
      'a call 11 s after permission went',
      [...drained, says('refused', 20_000), at(call, 31_000)],
      'a asked for a reboot while permission was refused',
    ],
    [
      'a call when nobody knew for 11 s',
      [...drained, says('unknown', 20_000), at(call, 31_000)],
      'a asked for a reboot while permission was unknown',
    ],
    [
      'a call after permission came back',
      [...drained, says('refused', 20_000), says('allowed', 40_000), at(call, 41_000)],
      null,
    ],
    [
      'a call 11 s after the need went',
      [...drained, needs('kernel-1', 15_000), needs(null, 20_000), at(call, 31_000)],
      'a asked for a reboot without a need',
    ],
    [
      'a call for a person’s request alone',
      [
        ...drained,
        needs(null, 15_000),
        at(
          node(
            'a',
            { mark: 'claim-a', cordoned: true, annotations: { 'kured-host/reboot-requested': 'now' } },
            'admin',
          ),
          16_000,
        ),
        at(call, 41_000),
      ],
      null,
    ],
    [
      'a call 11 s after a person began to hold the node',
      [
        ...drained,
        at(node('a', { mark: 'claim-a', cordoned: true, annotations: { 'kured-host/hold': '' } }, 'admin'), 20_000),
        at(call, 31_000),
      ],
      'a asked for a reboot while a person held it',
    ],
  ]);
});

describe('law 2, the drain', () => {
  const sentence = 'a asked for a reboot with pods that had to go';
  const second = lease('a', { holders: [holds('a', { phase: 'rebooting', attempt: 2 })], transitions: 1 });
  judged([
    ['a call with a pod that was never gone', [pod('web', 'a'), claim, cordon, fence, call], sentence],
    ['a call after the pod was gone', [pod('web', 'a'), claim, cordon, pod('web', null), fence, call], null],
    [
      'a call with pods that are not drained',
      [pod('static', 'a', 'mirror'), pod('agent', 'a', 'daemon'), pod('job', 'a', 'ended'), claim, cordon, fence, call],
      null,
    ],
    ['a call with a pod of another node', [pod('web', 'b'), claim, cordon, fence, call], null],
    [
      'a call with a pod that came after the drain had ended',
      [pod('web', 'a'), claim, cordon, pod('web', null), pod('late', 'a'), fence, call],
      null,
    ],
    [
      'a call by a process that began after a pod came',
      [pod('web', 'a'), claim, cordon, pod('web', null), pod('late', 'a'), service('a'), fence, call],
      sentence,
    ],
    [
      'a call by a process that began while no pod was there',
      [pod('web', 'a'), claim, cordon, pod('web', null), service('a', 'process-a-1'), pod('late', 'a'), fence, call],
      null,
    ],
    ['a call of a node that was never cordoned', [claim, fence, call], 'a asked for a reboot and was not cordoned'],
    [
      'a call of a node that a person uncordoned long before the fence',
      [claim, cordon, node('a', { mark: 'claim-a' }, 'admin'), { ...fence, at: 60_000 }, { ...call, at: 61_000 }],
      'a asked for a reboot and was not cordoned',
    ],
    [
      'a second fence and call of a node that a person uncordoned behind the first',
      [
        claim,
        cordon,
        fence,
        call,
        node('a', { mark: 'claim-a' }, 'admin'),
        { ...second, at: 600_000 },
        { ...call, at: 601_000 },
        goes,
      ],
      'a asked for a reboot and was not cordoned',
    ],
    [
      'a call of a node that a person uncordoned after the fence',
      [claim, cordon, fence, node('a', { mark: 'claim-a' }, 'admin'), { ...call, at: 61_000 }, goes],
      null,
    ],
  ]);
});

describe('a restore', () => {
  const both = [
    { what: 'lease' as const, name: 'kured-host', object: objectOf(lease('admin')) },
    { what: 'node' as const, name: 'a', object: objectOf(node('a')) },
    { what: 'node' as const, name: 'b', object: objectOf(node('b')) },
  ];
  const restored: Seen = { is: 'restored', objects: both };
  const other = lease('b', { holders: [holds('b')], transitions: 1 });
  judged([
    ['that takes a claim away whose node goes down', [claim, cordon, fence, restored, call, goes], null],
    [
      'after which another node holds, and both are marked',
      [
        claim,
        cordon,
        restored,
        node('a', { mark: 'claim-a', cordoned: true }),
        other,
        node('b', { mark: 'claim-b', cordoned: true }),
      ],
      null,
    ],
    [
      'after which a node calls without any fence',
      [claim, cordon, restored, call],
      'a asked for a reboot without a fence',
    ],
  ]);
});

describe('law 1, what is done at once', () => {
  const limit = 2;
  const [a, b] = [holds('a', { limit }), holds('b', { limit })];
  judged([
    [
      'two marks where two may hold',
      [
        lease('a', { holders: [a], transitions: 1 }),
        node('a', { mark: 'claim-a', cordoned: true }),
        lease('b', { holders: [a, b], transitions: 2 }),
        node('b', { mark: 'claim-b', cordoned: true }),
      ],
      null,
    ],
  ]);
  const letGo = 'a was let go while its entry said rebooting';
  const rest = [fence, lease('a', { transitions: 1 })];
  const other = turn('b', 1);
  it('finds a second mark beside one whose claim was given back too early', () => {
    const history = timed([...begin('a', 'b'), claim, cordon, ...rest, other.claim, other.cordon]);
    const marked = ['a was let go while it was still marked by us', letGo, 'b was marked while others were'];
    assert.deepEqual(breaches(history), marked);
  });
  it('finds a second machine down beside one whose claim was given back too early', () => {
    const history = [...begin('a', 'b'), claim, cordon, fence, call, goes, rest[1] as Seen];
    const { claim: claims, cordon: cordons, fence: fences, asked: calls, down: falls } = other;
    const found = breaches(timed([...history, claims, cordons, fences, calls, falls]));
    assert.deepEqual(found.at(-1), 'b went down by our call while others were down');
  });
});

describe('law 5', () => {
  const hour = 3_600_000;
  const healed: Seen = { is: 'healed', at: 20_000 };
  const tick = (at: number): Seen => ({ ...pod('any', 'b'), at });
  judged([
    [
      'a claim that is left for three hours',
      [claim, healed, tick(30_000), tick(3 * hour)],
      'a holds for longer than anything takes',
    ],
    [
      'a claim that is stuck',
      [
        lease('a', { holders: [holds('a', { stuck: 'no way' })], transitions: 1 }),
        healed,
        tick(30_000),
        tick(3 * hour),
      ],
      null,
    ],
    ['a claim that is left while faults strike', [claim, tick(3 * hour)], null],
    [
      'a mark without a claim',
      [claim, cordon, lease('admin', { transitions: 1 }), healed, tick(30_000), tick(2 * hour)],
      'a is marked without a claim for too long',
    ],
    [
      'a queue in which nobody claims',
      [lease('a', { queue: [waits('a')] }), healed, tick(30_000), tick(hour)],
      'nobody who waits claims, though there is room',
    ],
    [
      'a queue of machines that do not run',
      [lease('a', { queue: [waits('a')] }), service('a', null), healed, tick(30_000), tick(hour)],
      null,
    ],
  ]);

  const rest = (...events: readonly Seen[]): readonly string[] => {
    const observer = new Observer({ account });
    for (const seen of timed([...begin('a', 'b'), ...events])) observer.see(seen);
    return observer.atRest();
  };
  it('at rest nothing is left, or what is left is stuck, or waits for it', () => {
    const stuck = holds('a', { stuck: 'no way' });
    assert.deepEqual(rest(...Object.values(turn('a'))), []);
    assert.deepEqual(rest(lease('a', { holders: [stuck], queue: [waits('b')], transitions: 1 }), cordon), []);
  });
  it('not at rest are a claim, a place that could claim, a mark and a cordon of ours', () => {
    assert.deepEqual(rest(claim, cordon), ['a still holds and is not stuck', 'a is still marked']);
    assert.deepEqual(rest(lease('b', { queue: [waits('b')] })), ['b still waits though there is room']);
    assert.deepEqual(rest(node('a', { cordoned: true })), ['a is still cordoned by us']);
  });
  it('a cordon whose mark a person took off is the person’s', () => {
    assert.deepEqual(rest(claim, cordon, node('a', { cordoned: true }, 'admin'), gone(lease('admin'))), []);
  });
  it('a need is unmet where nothing keeps the node from its reboot', () => {
    const observer = new Observer({ account });
    const events: readonly Seen[] = [
      ...begin('a', 'b'),
      { is: 'need', node: 'a', fingerprint: 'kernel-1' },
      up('b', 'boot-1'),
    ];
    for (const seen of timed(events)) observer.see(seen);
    assert.deepEqual(observer.unmet(), ['a still needs a reboot']);
  });
});

function objectOf(seen: Seen): unknown {
  return seen.is === 'wrote' ? seen.object : null;
}
