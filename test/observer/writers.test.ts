import { describe } from 'node:test';
import { account, gone, holds, lease, node, turn, waits } from './histories.ts';
import { judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim } = turn('a');
const whole = Object.values(turn('a'));

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
    [
      'a claim that begins in the middle',
      [lease('a', { holders: [holds('a', { starts: 2 })], transitions: 1 })],
      'a began a claim with an entry that says draining',
    ],
    [
      'a limit of a claim that is rewritten',
      [claim, lease('a', { holders: [holds('a', { limit: 2 })], transitions: 1 })],
      'a rewrote the limit of its claim',
    ],
    [
      'starts that are counted down',
      [claim, lease('a', { holders: [holds('a', { starts: 2 })], transitions: 1 }), claim],
      'a counted its attempts or starts down',
    ],
    [
      'starts that a person’s retry begins anew',
      [
        claim,
        lease('a', { holders: [holds('a', { starts: 2 })], transitions: 1 }),
        { is: 'person', through: 'a', act: 'retry' },
        claim,
      ],
      null,
    ],
    [
      'starts that a retry begins anew an hour later, when the API server answers again',
      [
        { ...claim, at: 1 },
        { ...lease('a', { holders: [holds('a', { starts: 2 })], transitions: 1 }), at: 2 },
        { is: 'person', through: 'a', act: 'retry', at: 3 },
        { ...claim, at: 3_600_000 },
      ],
      null,
    ],
    [
      'a Node written by itself as somebody else',
      [{ ...node('a'), as: account } as Seen],
      'a wrote its Node as somebody else',
    ],
    ['the Lease deleted by a node', [gone(lease('a'))], 'a deleted the Lease'],
    ['the Lease made by a node', [gone(lease('admin')), lease('a')], 'a made the Lease'],
    [
      'an entry for another node',
      [lease('b', { holders: [holds('a')], transitions: 1 })],
      ['b wrote an entry for another node'],
    ],
    [
      'a Lease that is left not to be understood',
      [lease('a', { holders: [holds('a')], transitions: 1, identity: 'b' })],
      'a left a Lease that cannot be understood',
    ],
    [
      'another format',
      [lease('a', { annotations: { 'kured-host/format': '2' } })],
      ['a left a Lease that cannot be understood', 'a wrote another format'],
    ],
  ]);
});
