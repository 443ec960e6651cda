import { describe } from 'node:test';
import { asked, down, gone, holds, lease, service, turn, up } from './histories.ts';
import { judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim, cordon, fence, asked: call, down: goes, up: comes } = turn('a');

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
    ['a call for a claim that went with the Lease', [claim, cordon, fence, gone(lease('admin')), call, goes], null],
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
    [
      'a call after the claim was given back',
      [claim, cordon, fence, lease('a', { transitions: 1 }), call],
      [
        'a was let go while it was still marked by us',
        'a was let go while its entry said rebooting',
        'a asked for a reboot and held nothing any more',
      ],
    ],
    [
      'a machine that goes down for a claim that was given back',
      [claim, cordon, fence, call, lease('a', { transitions: 1 }), goes],
      [
        'a was let go while it was still marked by us',
        'a was let go while its entry said rebooting',
        'a went down by our call and its claim was gone',
      ],
    ],
    [
      'a machine that goes down by a call that nobody made',
      [claim, cordon, fence, goes],
      'a went down by a call that nobody made',
    ],
    [
      'a fence in the write of the claim',
      [lease('a', { holders: [holds('a', { phase: 'rebooting', attempt: 1 })], transitions: 1 })],
      ['a wrote a fence without having held', 'a began a claim with an entry that says rebooting'],
    ],
    [
      'a fence from backing-out',
      [claim, lease('a', { holders: [holds('a', { phase: 'backing-out' })], transitions: 1 }), fence],
      ['a wrote a fence from backing-out', 'a went from backing-out to rebooting'],
    ],
    [
      'a fence that skips an attempt',
      [claim, cordon, lease('a', { holders: [holds('a', { phase: 'rebooting', attempt: 2 })], transitions: 1 })],
      'a wrote a fence that is not the next attempt',
    ],
    [
      'a fence of one whose entry is to be taken out',
      [
        claim,
        cordon,
        lease('admin', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/force-release': 'a' } }),
        lease('a', {
          holders: [holds('a', { phase: 'rebooting', attempt: 1 })],
          transitions: 1,
          annotations: { 'kured-host/force-release': 'a' },
        }),
      ],
      'a wrote a fence while its entry was to be taken out',
    ],
    [
      'a fence in a later boot than the claim’s',
      [
        claim,
        cordon,
        down('a', 'power'),
        comes,
        service('a', 'process-a-2'),
        lease('a', { holders: [holds('a', { phase: 'rebooting', attempt: 1, by: 'process-a-2' })], transitions: 1 }),
      ],
      'a wrote a fence for another boot than it is in',
    ],
    [
      'a fence of a process that died with its boot, which lands late',
      [claim, cordon, down('a', 'power'), comes, service('a', 'process-a-2'), fence],
      null,
    ],
  ]);
});
