import { describe } from 'node:test';
import { holds, lease, node, turn, waits } from './histories.ts';
import { judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim, cordon, fence, asked, down, up, verifying, ready, restore, release } = turn('a');
const rebooted = [claim, cordon, fence, asked, down, up];
const held = (over: Parameters<typeof holds>[1], queue: readonly string[] = []): Seen =>
  lease('a', { holders: [holds('a', over)], queue: queue.map((name) => waits(name)), transitions: 1 });
const backing = held({ phase: 'backing-out' });

/** Etcd is as it was after these. */
function setBack(...to: readonly Seen[]): Seen {
  const objects = [...to, node('b')].flatMap((seen) =>
    seen.is === 'wrote' ? [{ what: seen.what, name: seen.name, object: seen.object }] : [],
  );
  return { is: 'restored', objects };
}

describe('law 3, a claim whose entry etcd has set back', () => {
  judged([
    [
      'a release of a proven claim that says rebooting again',
      [...rebooted, verifying, ready, restore, setBack(fence, cordon), ready, restore, release],
      null,
    ],
    [
      'a release of a claim that said verifying before etcd went back, and is proven after it',
      [...rebooted, verifying, setBack(claim, cordon), ready, restore, release],
      null,
    ],
    [
      'a release after others wrote the Lease, and after a note by the process that is to release',
      [
        ...rebooted,
        verifying,
        setBack(fence, cordon),
        ready,
        restore,
        lease('b', { holders: [holds('a', { phase: 'rebooting', attempt: 1 })], queue: [waits('b')], transitions: 1 }),
        held({ phase: 'rebooting', attempt: 1, by: 'process-a-2', releaseAfter: 'soon' }, ['b']),
        lease('a', { queue: [waits('b')], transitions: 1 }),
      ],
      null,
    ],
    [
      'a second release of a claim that came back',
      [...rebooted, verifying, ready, restore, release, setBack(fence, restore), release],
      null,
    ],
    [
      'a release of a claim that backs out and says draining again',
      [claim, cordon, backing, node('a'), setBack(claim, node('a')), release],
      null,
    ],
    [
      'a mark that lands late on a Node which etcd has set back to before it, after its claim has ended',
      [claim, backing, setBack(lease('admin'), node('a')), cordon],
      null,
    ],
    [
      'a release that was sent before etcd went back and lands after it, on the version that came again',
      [
        ...rebooted,
        verifying,
        ready,
        { ...setBack(fence, cordon), at: 60_000 },
        { ...release, at: 61_000, sentAt: 59_000 } as Seen,
      ],
      null,
    ],
    [
      'a release that was sent after etcd went back',
      [
        ...rebooted,
        verifying,
        ready,
        { ...setBack(fence, cordon), at: 60_000 },
        { ...release, at: 62_000, sentAt: 61_000 } as Seen,
      ],
      'a was let go while it was still marked by us',
    ],
    ['a mark after its claim has ended', [claim, backing, release, cordon], 'a is marked and holds nothing'],
    [
      'a release while the mark is back',
      [...rebooted, verifying, ready, restore, setBack(fence, ready), release],
      'a was let go while it was still marked by us',
    ],
    [
      'a release that no proof came before',
      [...rebooted, verifying, setBack(fence, node('a')), release],
      'a was let go while its entry said verifying',
    ],
    [
      'a release of a claim that had not said that it verifies',
      [...rebooted, setBack(claim, cordon), ready, restore, release],
      'a was let go while its entry said rebooting',
    ],
    [
      'a release after another process took the entry over and went on with it',
      [
        claim,
        cordon,
        backing,
        setBack(claim, node('a')),
        held({ by: 'process-a-2', starts: 1 }),
        lease('a', { transitions: 1 }),
      ],
      'a was let go while its entry said draining',
    ],
    [
      'a release after what the holder said anew',
      [...rebooted, verifying, setBack(fence, cordon), verifying, ready, restore, release],
      null,
    ],
  ]);
});

describe('law 1, a Lease that goes back more than once', () => {
  const at = (when: number, seen: Seen): Seen => ({ ...seen, at: when });
  const joined = [lease('admin', { transitions: 5 }), lease('a', { queue: [waits('a')], transitions: 5 })];
  const later = (transitions: number): readonly Seen[] => [
    at(2_000_000, lease('admin', { transitions: 3 })),
    at(2_001_000, lease('a', { holders: [holds('a')], transitions })),
  ];
  judged([
    [
      'a claim by a process that may have seen it go back long ago, and no further since',
      [...joined, lease('admin', { transitions: 2 }), lease('admin', { transitions: 4 }), ...later(4)],
      null,
    ],
    [
      'a claim by a process that saw it go back long ago and once more now',
      [...joined, lease('admin', { transitions: 4 }), ...later(4)],
      'a claimed soon after it had seen the Lease go back',
    ],
    [
      'a claim by a process that sees it now',
      [...joined, ...later(4)],
      'a claimed soon after it had seen the Lease go back',
    ],
  ]);
});

describe('law 4, a claim whose last fence etcd has taken back', () => {
  const firmware = (step: Seen): Seen => JSON.parse(JSON.stringify(step).replaceAll('kernel-1', 'firmware-2'));
  const next = (step: Seen): Seen =>
    JSON.parse(
      JSON.stringify(step)
        .replaceAll('boot-1', 'boot-2')
        .replaceAll('claim-a', 'claim-2')
        .replaceAll('process-a-1', 'process-a-2')
        .replaceAll('leaseTransitions":1', 'leaseTransitions":2'),
    );
  const again = [claim, cordon, fence, asked].map(firmware).map(next);
  const need = { fingerprint: 'firmware-2', reasons: [] };
  const secondFence = held({ phase: 'rebooting', attempt: 2, need });
  const secondProof = held({ phase: 'verifying', attempt: 2, starts: 1, by: 'process-a-2', need });
  const called = [claim, cordon, fence, asked, firmware(cordon), secondFence, asked];
  const proven = [up, verifying, ready, restore, release];
  judged([
    [
      'a second reboot for what only the fence had that etcd took back before the machine went down',
      [...called, setBack(fence, cordon), down, ...proven, ...again],
      null,
    ],
    [
      'a second reboot for what the last fence was for',
      [...called, down, up, secondProof, ...[ready, restore].map(firmware), release, ...again],
      'a asked for a second reboot for the same need',
    ],
    [
      'a second reboot for what the fence was for that etcd went back to',
      [...called, setBack(fence, cordon), down, ...proven, ...[claim, cordon, fence, asked].map(next)],
      'a asked for a second reboot for the same need',
    ],
  ]);
});
