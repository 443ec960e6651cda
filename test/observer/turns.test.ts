import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asked, begin, down, holds, lease, node, timed, turn, up, waits } from './histories.ts';
import { breaches, judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim, cordon, fence, asked: call, down: goes, up: comes, verifying, ready, release } = turn('a');
const whole = Object.values(turn('a'));

it('a turn as it has to be breaks nothing, nor does another node’s after it', () => {
  assert.deepEqual(breaches(timed([...begin('a', 'b'), ...whole, ...Object.values(turn('b', 1))])), []);
});

it('a second turn of the same node for another need breaks nothing', () => {
  const second = (step: Seen): Seen =>
    JSON.parse(
      JSON.stringify(step)
        .replaceAll('kernel-1', 'kernel-2')
        .replaceAll('boot-2', 'boot-3')
        .replaceAll('boot-1', 'boot-2')
        .replaceAll('claim-a', 'claim-2')
        .replaceAll('process-a-1', 'process-a-2')
        .replaceAll('leaseTransitions":1', 'leaseTransitions":2'),
    );
  assert.deepEqual(breaches(timed([...begin('a'), ...whole, ...whole.map(second)])), []);
});

describe('law 1, room', () => {
  const both = (limit: number): Seen =>
    lease('b', { holders: [holds('a', { limit }), holds('b', { limit })], transitions: 2 });
  const first = (limit: number): Seen => lease('a', { holders: [holds('a', { limit })], transitions: 1 });
  const noRoom = 'b claimed where there was no room';
  judged([
    ['a second claim with a limit of one', [first(1), both(1)], noRoom],
    ['a second claim with a limit of two', [first(2), both(2)], null],
    [
      'a second claim under a looser limit than the holder’s',
      [first(1), lease('b', { holders: [holds('a'), holds('b', { limit: 3 })], transitions: 2 })],
      noRoom,
    ],
    [
      'a second claim where an admin allows two',
      [
        lease('admin', { annotations: { 'kured-host/concurrency': '2' } }),
        lease('a', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/concurrency': '2' } }),
        lease('b', {
          holders: [holds('a'), holds('b')],
          transitions: 2,
          annotations: { 'kured-host/concurrency': '2' },
        }),
      ],
      null,
    ],
    [
      'a claim beside an entry that cannot be read',
      [
        lease('admin', { holders: [{ broken: 1 }], identity: '?' }),
        lease('b', { holders: [{ broken: 1 }, holds('b')], identity: '?,b', transitions: 1 }),
      ],
      noRoom,
    ],
    [
      'a claim in a paused pool',
      [
        lease('admin', { annotations: { 'kured-host/paused': '' } }),
        lease('a', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/paused': '' } }),
      ],
      'a claimed while the pool was paused',
    ],
    [
      'a claim right after the Lease was seen to go back',
      [
        claim,
        lease('admin', { transitions: 1 }),
        lease('admin', { uid: 'lease-2' }),
        lease('a', { uid: 'lease-2', holders: [holds('a', { claim: 'claim-2' })], transitions: 1 }),
      ],
      'a claimed soon after it had seen the Lease go back',
    ],
    [
      'a claim after it went back by a process that never saw the newer state',
      [
        claim,
        lease('admin', { transitions: 1 }),
        lease('admin', { uid: 'lease-2' }),
        lease('b', { uid: 'lease-2', holders: [holds('b')], transitions: 1 }),
      ],
      null,
    ],
  ]);
});

describe('law 1, the fence and the call', () => {
  const draining = (over = {}): Seen => lease('a', { holders: [holds('a', { attempt: 1, ...over })], transitions: 1 });
  judged([
    ['a call without a fence', [claim, cordon, asked('a')], 'a asked for a reboot without a fence'],
    [
      'a call by another process than the fence’s',
      [claim, cordon, fence, asked('a', { process: 'another' })],
      "a asked for a reboot with another process's fence",
    ],
    [
      'a call in another boot than the fence’s',
      [claim, cordon, fence, up('a', 'boot-2'), asked('a', { boot: 'boot-2' })],
      'a asked for a reboot with a fence of another boot',
    ],
    [
      'two calls for one fence',
      [claim, cordon, fence, asked('a', { refused: true }), call],
      'a asked for a reboot twice with one fence',
    ],
    [
      'a call after the fence was taken back',
      [claim, cordon, fence, draining(), call],
      'a asked for a reboot with a fence that no longer stood',
    ],
    [
      'a second fence and a second call after a refused one',
      [
        claim,
        cordon,
        fence,
        asked('a', { refused: true }),
        draining(),
        lease('a', { holders: [holds('a', { attempt: 2, phase: 'rebooting' })], transitions: 1 }),
        call,
        goes,
      ],
      null,
    ],
    [
      'a machine that goes down after its fence was taken back',
      [claim, cordon, fence, call, draining(), goes],
      'a went down by our call while its entry said draining',
    ],
    ['a machine that loses its power while it drains', [claim, cordon, down('a', 'power')], null],
    [
      'a call for a claim that a person took by force',
      [claim, cordon, fence, lease('admin', { transitions: 1 }), call, goes],
      null,
    ],
    [
      'a call for a claim that went with the Lease',
      [claim, cordon, fence, { ...lease('admin'), object: null } as Seen, call, goes],
      null,
    ],
    [
      'a fence while the pool is paused',
      [
        claim,
        cordon,
        lease('admin', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/paused': '' } }),
        lease('a', {
          holders: [holds('a', { phase: 'rebooting', attempt: 1 })],
          transitions: 1,
          annotations: { 'kured-host/paused': '' },
        }),
      ],
      'a wrote a fence while the pool was paused',
    ],
    [
      'a fence of one who is asked to release',
      [
        claim,
        cordon,
        lease('admin', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/release': 'a' } }),
        lease('a', {
          holders: [holds('a', { phase: 'rebooting', attempt: 1 })],
          transitions: 1,
          annotations: { 'kured-host/release': 'a' },
        }),
      ],
      'a wrote a fence while it was asked to release',
    ],
    [
      'a fence written by another node',
      [claim, cordon, lease('b', { holders: [holds('a', { phase: 'rebooting', attempt: 1 })], transitions: 1 })],
      'b changed the entry of a',
    ],
    [
      'a fence while another is down and the limit was lowered',
      [
        lease('a', { holders: [holds('a', { limit: 2 })], transitions: 1 }),
        lease('b', { holders: [holds('a', { limit: 2 }), holds('b', { limit: 2 })], transitions: 2 }),
        lease('a', {
          holders: [holds('a', { limit: 2, phase: 'rebooting', attempt: 1 }), holds('b', { limit: 2 })],
          transitions: 2,
        }),
        lease('admin', {
          holders: [holds('a', { limit: 2, phase: 'rebooting', attempt: 1 }), holds('b', { limit: 2 })],
          transitions: 2,
          annotations: { 'kured-host/concurrency': '1' },
        }),
        lease('b', {
          holders: [
            holds('a', { limit: 2, phase: 'rebooting', attempt: 1 }),
            holds('b', { limit: 2, phase: 'rebooting', attempt: 1 }),
          ],
          transitions: 2,
          annotations: { 'kured-host/concurrency': '1' },
        }),
      ],
      'b wrote a fence while others were down',
    ],
  ]);
});

describe('law 3, cordon, mark and release', () => {
  const mark = 'claim-a';
  const backing = lease('a', { holders: [holds('a', { phase: 'backing-out' })], transitions: 1 });
  judged([
    ['a back-out that says so first', [claim, cordon, backing, node('a'), release], null],
    ['a back-out that does not say so', [claim, cordon, node('a')], 'a uncordoned while its entry said draining'],
    [
      'an uncordon before the kubelet of the new boot is Ready',
      [
        claim,
        cordon,
        fence,
        call,
        goes,
        comes,
        verifying,
        node('a', { mark, cordoned: true, boot: 'boot-2', ready: false }),
        node('a', { boot: 'boot-2', ready: false }),
      ],
      'a uncordoned before its boot was proven',
    ],
    [
      'an uncordon before the kubelet reported the new boot',
      [claim, cordon, fence, call, goes, comes, verifying, node('a')],
      'a uncordoned before its boot was proven',
    ],
    [
      'an uncordon of a node that was Ready and is so no longer',
      [
        claim,
        cordon,
        fence,
        call,
        goes,
        comes,
        verifying,
        ready,
        node('a', { mark, cordoned: true, boot: 'boot-2', ready: false }),
        node('a', { boot: 'boot-2', ready: false }),
      ],
      null,
    ],
    [
      'an uncordon while the reboot is under way',
      [claim, cordon, fence, call, node('a')],
      'a uncordoned while a reboot was under way',
    ],
    [
      'an uncordon of a person’s cordon',
      [
        claim,
        node('a', { cordoned: true, owner: 'kubectl' }, 'admin'),
        node('a', { mark, cordoned: true, ours: false, owner: 'kubectl' }),
        backing,
        node('a'),
      ],
      'a undid a cordon that is not its own',
    ],
    [
      'a person’s cordon that is taken for our own',
      [
        claim,
        node('a', { cordoned: true, owner: 'kubectl' }, 'admin'),
        node('a', { mark, cordoned: true, owner: 'kubectl' }),
      ],
      'a says of the cordon that it is its own',
    ],
    [
      'an uncordon after a person uncordoned and cordoned again',
      [
        claim,
        cordon,
        node('a', { mark }, 'admin'),
        node('a', { mark, cordoned: true, owner: 'kubectl' }, 'admin'),
        backing,
        node('a'),
      ],
      'a undid a cordon that is not its own',
    ],
    ['a mark without a claim', [node('a', { mark, cordoned: true })], 'a is marked and holds nothing'],
    ['a mark of a claim that a person took away', [claim, lease('admin', { transitions: 1 }), cordon], null],
    [
      'a mark that is undone without a claim, in its boot, after it was taken away',
      [claim, cordon, lease('admin', { transitions: 1 }), node('a')],
      null,
    ],
    ['a cordon without a mark', [claim, node('a', { cordoned: true })], 'a cordoned itself without a mark'],
    [
      'a cordon by the command on the node',
      [{ is: 'person', through: 'a', act: 'cordon' }, node('a', { cordoned: true })],
      null,
    ],
    [
      'a release while the mark is there',
      [claim, cordon, backing, release],
      'a was let go while it was still marked by us',
    ],
    [
      'a release straight from draining',
      [claim, cordon, node('a', { cordoned: false, mark }, 'admin'), node('a', {}, 'admin'), release],
      'a was let go while its entry said draining',
    ],
    ['a release of a Node that is gone', [claim, { ...node('a', {}, 'admin'), object: null } as Seen, release], null],
    [
      'a need noted as met before the proof',
      [claim, cordon, fence, call, goes, comes, verifying, node('a', { mark, cordoned: true, handled: 'boot-2' })],
      'a noted a need as met by a boot that was not proven',
    ],
  ]);
});

describe('law 4, one need', () => {
  const again = (step: Seen): Seen =>
    JSON.parse(
      JSON.stringify(step)
        .replaceAll('boot-2', 'boot-3')
        .replaceAll('boot-1', 'boot-2')
        .replaceAll('claim-a', 'claim-2')
        .replaceAll('process-a-1', 'process-a-2')
        .replaceAll('leaseTransitions":1', 'leaseTransitions":2'),
    );
  const second = [claim, cordon, fence, call].map(again);
  const more = (step: Seen): Seen => JSON.parse(JSON.stringify(step).replaceAll('kernel-1', 'kernel-1+libc'));
  const sentence = 'a asked for a second reboot for the same need';
  judged([
    ['a second reboot for the same need', [...whole, ...second], sentence],
    ['a second reboot for a part of what was met', [...whole.map(more), ...second], sentence],
    ['a second reboot for what was met and something more', [...whole, ...second.map(more)], null],
    [
      'a second reboot after a person’s retry',
      [...whole, { is: 'person', through: 'a', act: 'retry' }, ...second],
      null,
    ],
    [
      'a second reboot after the Node was registered anew',
      [...whole, { ...node('a', {}, 'admin'), object: null } as Seen, node('a', { boot: 'boot-2' }), ...second],
      null,
    ],
  ]);
});

describe('the queue', () => {
  const queued = (by: string, ...names: readonly string[]): Seen =>
    lease(by, { queue: names.map((name) => waits(name)) });
  const claims = (by: string, at: number, ...left: readonly string[]): Seen => ({
    ...lease(by, { holders: [holds(by)], queue: left.map((name) => waits(name)), transitions: 1 }),
    at,
  });
  judged([
    ['a claim of the head', [queued('a', 'a'), queued('b', 'a', 'b'), claims('a', 20_000, 'b')], null],
    [
      'a claim before its turn',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 20_000)],
      'b claimed before its turn',
    ],
    [
      'a claim past a head that did not claim for 30 s',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 60_000)],
      null,
    ],
    [
      'a claim past a head that keeps its place',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 60_000, 'a')],
      'b changed the places of others in the queue',
    ],
    [
      'a claim past a queue that was not joined',
      [queued('a', 'a'), claims('b', 60_000)],
      'b claimed past a queue that it had not joined',
    ],
    ['a place before others', [queued('a', 'a'), queued('b', 'b', 'a')], 'b joined before others of its priority'],
    [
      'a place before one of lower priority',
      [queued('a', 'a'), lease('b', { queue: [waits('b', { priority: 1 }), waits('a')] })],
      null,
    ],
    [
      'another’s place that is dropped',
      [queued('a', 'a'), queued('b', 'b')],
      'b changed the places of others in the queue',
    ],
    [
      'a claim that keeps its place',
      [queued('a', 'a'), claims('a', 60_000, 'a')],
      'a claimed and kept its place in the queue',
    ],
  ]);
});

describe('who writes', () => {
  judged([
    ['another node’s hand on a Node', [node('a', {}, 'b')], 'b wrote the Node a'],
    ['the Lease written as itself', [{ ...lease('a'), as: undefined } as Seen], 'a wrote the Lease as itself'],
    [
      'a claim that was not counted',
      [lease('a', { holders: [holds('a')] })],
      'a moved leaseTransitions by other than its claims',
    ],
    [
      'a release that was counted',
      [...whole, lease('a', { transitions: 2 })],
      'a moved leaseTransitions by other than its claims',
    ],
    [
      'an annotation of others that vanishes',
      [lease('admin', { annotations: { 'example.com/x': '1' } }), lease('a')],
      'a changed the annotation example.com/x of the Lease',
    ],
    [
      'a pause that a node ends by itself',
      [lease('admin', { annotations: { 'kured-host/paused': '' } }), lease('a')],
      'a changed the annotation paused of the Lease',
    ],
    [
      'a pause that a person ends on that node',
      [
        lease('admin', { annotations: { 'kured-host/paused': '' } }),
        { is: 'person', through: 'a', act: 'resume' },
        lease('a'),
      ],
      null,
    ],
    ['another’s entry taken out', [claim, lease('b', { transitions: 1 })], 'b took out the entry of a'],
    [
      'another’s entry taken out as a person wrote',
      [
        claim,
        lease('admin', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/force-release': 'a' } }),
        lease('b', { transitions: 1 }),
      ],
      null,
    ],
    [
      'a newer version’s field that vanishes',
      [
        lease('a', { holders: [holds('a', { newer: 1 })], transitions: 1 }),
        lease('a', { holders: [holds('a')], transitions: 1 }),
      ],
      'a dropped what a newer version wrote into its entry',
    ],
    [
      'a newer version’s field in another’s entry that vanishes',
      [
        lease('a', { holders: [holds('a', { newer: 1 })], transitions: 1 }),
        lease('b', { holders: [holds('a')], queue: [waits('b')], transitions: 1 }),
      ],
      'b changed the entry of a',
    ],
    [
      'a Lease that cannot be understood and is written',
      [lease('admin', { identity: 'x' }), lease('a', { queue: [waits('a')], identity: 'x' })],
      'a wrote a Lease that cannot be understood',
    ],
    [
      'a way back from backing-out',
      [claim, lease('a', { holders: [holds('a', { phase: 'backing-out' })], transitions: 1 }), claim],
      'a went from backing-out to draining',
    ],
    [
      'a boot of a claim that is rewritten',
      [claim, lease('a', { holders: [holds('a', { boot: 'boot-2' })], transitions: 1 })],
      'a rewrote the boot of its claim',
    ],
    [
      'verifying in the boot of the claim',
      [claim, lease('a', { holders: [holds('a', { phase: 'verifying' })], transitions: 1 })],
      'a says verifying in the boot of its claim',
    ],
  ]);
});

describe('take-over', () => {
  const gone = { ...node('a', {}, 'admin'), object: null } as Seen;
  const taken = (at: number): Seen => ({ ...lease('b', { transitions: 1 }), at });
  judged([
    ['one where nobody opted in', [claim, gone, taken(2_000_000)], 'b took out the entry of a'],
    ['one after a quarter of an hour', [claim, gone, taken(2_000_000)], null, { takeOver: { silent: null } }],
    [
      'one that comes too early',
      [claim, gone, taken(800_000)],
      'b took out the entry of a',
      { takeOver: { silent: null } },
    ],
    [
      'one of a node whose Node is there',
      [claim, taken(2_000_000)],
      'b took out the entry of a',
      { takeOver: { silent: null } },
    ],
  ]);
});
