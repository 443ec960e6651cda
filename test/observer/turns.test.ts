import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { begin, gone, lease, node, timed, turn } from './histories.ts';
import { breaches, judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim, cordon, fence, asked: call } = turn('a');
const whole = Object.values(turn('a'));

it('a turn as it has to be breaks nothing, nor does another node’s after it', () => {
  assert.deepEqual(breaches(timed([...begin('a', 'b'), ...whole, ...Object.values(turn('b', 1))])), []);
});

describe('a second turn of the same node', () => {
  const another = (step: Seen): Seen =>
    JSON.parse(
      JSON.stringify(step)
        .replaceAll('kernel-1', 'kernel-2')
        .replaceAll('boot-2', 'boot-3')
        .replaceAll('boot-1', 'boot-2')
        .replaceAll('claim-a', 'claim-2')
        .replaceAll('process-a-1', 'process-a-2')
        .replaceAll('leaseTransitions":1', 'leaseTransitions":2'),
    );
  const { ready: _, restore: _restore, release, ...before } = turn('a');
  const second = [...whole, ...Object.values(before).map(another)];
  const mark = 'claim-2';
  const unready = node('a', {
    mark,
    markBoot: 'boot-2',
    cordoned: true,
    boot: 'boot-3',
    ready: false,
    handled: 'boot-2',
  });
  judged([
    ['one for another need', [...whole, ...whole.map(another)], null],
    [
      'an uncordon before its boot was proven, though boots before it were',
      [...second, unready, node('a', { boot: 'boot-3', ready: false, handled: 'boot-2' })],
      'a uncordoned before its boot was proven',
    ],
    [
      'a release before its boot was proven, though boots before it were',
      [...second, unready, node('a', { boot: 'boot-3', ready: false, handled: 'boot-2' }, 'admin'), another(release)],
      'a was let go while its entry said verifying',
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
  const { verifying: _, ready: __, restore, release: ___, ...untilBoot } = turn('a');
  const rebooted = Object.values(untilBoot);
  const free = lease('admin', { transitions: 1 });
  judged([
    ['a second reboot for the same need', [...whole, ...second], sentence],
    [
      'a need noted as met in the very boot of the mark',
      [claim, cordon, node('a', { mark: 'claim-a', cordoned: true, handled: 'boot-1' })],
      'a noted a need as met in the boot in which it had marked its Node',
    ],
    [
      'a second reboot after the Node and then the claim was taken away',
      [...rebooted, gone(node('a', {}, 'admin')), free, node('a', { boot: 'boot-2' }, 'kubelet of it'), ...second],
      null,
    ],
    ['a second reboot after the claim alone was taken away', [...rebooted, free, restore, ...second], sentence],
    ['a second reboot for a part of what was met', [...whole.map(more), ...second], sentence],
    ['a second reboot for what was met and something more', [...whole, ...second.map(more)], null],
    [
      'a second reboot after a person’s retry',
      [...whole, { is: 'person', through: 'a', act: 'retry' }, ...second],
      null,
    ],
    [
      'a second reboot after the Node was registered anew',
      [...whole, gone(node('a', {}, 'admin')), node('a', { boot: 'boot-2' }), ...second],
      null,
    ],
  ]);
});
