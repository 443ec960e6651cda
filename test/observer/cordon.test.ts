import { describe } from 'node:test';
import { down, gone, holds, lease, node, turn } from './histories.ts';
import { judged } from './judged.ts';

const { claim, cordon, fence, asked: call, down: goes, up: comes, verifying, ready, release } = turn('a');

describe('law 3, cordon, mark and release', () => {
  const mark = 'claim-a';
  const backing = lease('a', { holders: [holds('a', { phase: 'backing-out' })], transitions: 1 });
  judged([
    ['a back-out that says so first', [claim, cordon, backing, node('a'), release], null],
    [
      'the uncordon of a back-out that lands behind a power cut, before the kubelet of the new boot reported',
      [claim, cordon, backing, down('a', 'power'), comes, node('a')],
      null,
    ],
    [
      'the uncordon of a back-out behind a power cut, after the kubelet of the new boot reported',
      [
        claim,
        cordon,
        backing,
        down('a', 'power'),
        comes,
        node('a', { mark, cordoned: true, boot: 'boot-2', ready: false }),
        node('a', { boot: 'boot-2', ready: false }),
      ],
      'a uncordoned before its boot was proven',
    ],
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
    ['a release of a Node that is gone', [claim, gone(node('a', {}, 'admin')), release], null],
    [
      'a need noted as met before the proof',
      [claim, cordon, fence, call, goes, comes, verifying, node('a', { mark, cordoned: true, handled: 'boot-2' })],
      'a noted a need as met by a boot that was not proven',
    ],
    ['a mark that lands late, while its claim backs out', [claim, backing, cordon, node('a'), release], null],
    ['a mark after the fence', [claim, fence, cordon], 'a was marked while its entry said rebooting'],
    [
      'a mark of another boot than its claim',
      [claim, node('a', { mark, cordoned: true, markBoot: 'boot-2' })],
      'a has a mark of another boot than its claim',
    ],
    ['a mark without a cordon', [claim, node('a', { mark })], 'a was marked without a cordon'],
  ]);
});
