import assert from 'node:assert/strict';
import { roomLimit } from '../../src/core/lease/claim.ts';
import { lostHolder, watchHolders } from '../../src/core/lease/holder-watch.ts';
import { leasePool } from '../../src/core/lease/pool.ts';
import { identify } from '../../src/kubernetes/identity.ts';
import { at, holder, record } from '../core/lease/samples.ts';
import { withImported } from './fleet.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

/** How many nodes may be down at once. */
function room(flags: readonly string[]): number {
  const { concurrency, lease } = imported(flags).settings;
  return roomLimit(record({}), { concurrency, priority: lease.priority });
}

/** Whose turn it is not: nodes of another Lease. */
function poolOf(flags: readonly string[]): string | null | undefined {
  return leasePool(imported(flags).settings.lease)?.pool;
}

export const shownPool = {
  concurrency: {
    'is how many nodes may be down at once': () => assert.deepEqual([room([]), room(['--concurrency=3'])], [1, 3]),
    'is read as pflag does, and from the environment as Atoi does': () => {
      assert.equal(room(['--concurrency=0x3']), 3);
      assert.equal(imported([], { KURED_CONCURRENCY: '3' }).settings.concurrency, 3);
      assert.match(
        problemsOf([], { KURED_CONCURRENCY: '0x3' })[0] ?? '',
        /^KURED_CONCURRENCY is "0x3", which is no whole number/,
      );
      assert.match(
        problemsOf([], { KURED_CONCURRENCY: '' })[0] ?? '',
        /^KURED_CONCURRENCY is "", which is no whole number/,
      );
    },
    'less than 1 is 1, as in kured': () =>
      assert.deepEqual([room(['--concurrency=0']), room(['--concurrency=-4'])], [1, 1]),
    'more than 32 is 32, and the file says so': () => {
      assert.equal(room(['--concurrency=100']), 32);
      assert.match(imported(['--concurrency=100']).comment('concurrency'), /kured has 100; 32 is the most here/);
    },
  },
  'lock-ttl': {
    'takes the turn from a node that gives no sign for so long, and the file says how dangerous that is': () => {
      const { settings, comment } = imported(['--lock-ttl=40m']);
      const held = record({ holders: [holder('n2')].map((slot) => ({ ...slot, text: 'as it stands' })) });
      const watches = watchHolders([], held, 'n1', true, at(0));
      const { takeOverAfter } = settings.lease;
      assert.equal(lostHolder(watches, takeOverAfter, at(40 * 60_000 - 1)), null);
      assert.equal(lostHolder(watches, takeOverAfter, at(40 * 60_000))?.because, 'silent');
      assert.match(
        comment('lease.takeOverAfter'),
        /^DANGEROUS, as in kured: .* it counts from the last sign of the holder/,
      );
    },
    'of less than a node that lives may be silent becomes more than that, and the file says so': () => {
      const { settings, comment } = imported(['--lock-ttl=5m']);
      assert.equal(settings.lease.takeOverAfter, 36 * 60_000);
      assert.match(comment('lease.takeOverAfter'), /^kured has 5m; 36m is the least here; /);
      const { takeOverAfter } = imported(['--lock-ttl=30m', '--lock-release-delay=1h']).settings.lease;
      assert.equal(takeOverAfter, 96 * 60_000);
    },
    'of 0 is off, which is the default in both': () => {
      assert.equal(imported(['--lock-ttl=0']).settings.lease.takeOverAfter, null);
      assert.equal(imported([]).settings.lease.takeOverAfter, null);
    },
  },
  'lock-annotation': {
    'that is one of its own makes a pool of its own, whose Lease the manifest makes': () => {
      assert.equal(poolOf(['--lock-annotation=weave.works/kured-node-lock']), null);
      assert.equal(poolOf(['--lock-annotation=weave.works/kured-node-lock-GPU_big']), 'gpu-big');
      assert.equal(poolOf(['--lock-annotation=example.com/databases']), 'databases');
      const { comment } = imported(['--lock-annotation=example.com/databases']);
      assert.match(comment('lease.name'), /kured-host manifest --pool databases \| kubectl apply -f -/);
    },
  },
  'lock-release-delay': {
    'keeps the turn for so long after the reboot, with the node in use again': () =>
      withImported(['--lock-release-delay=30m'], async ({ fleet, machine, clock }) => {
        machine.needReboot('need');
        await machine.until(({ reason }) => reason.code === 'release-delay', 'the delay to be told');
        assert.equal(machine.boots.length, 2);
        assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
        assert.equal((await fleet.admin.lease()).spec?.holderIdentity, 'a');
        clock.leap(30 * 60_000);
        await machine.until(({ phase }) => phase === 'idle', 'the release');
        assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
      }),
    'differs after a drain that failed: the turn is given back at once, and the file says so': () =>
      assert.match(
        imported(['--lock-release-delay=30m']).comment('lease.releaseDelay'),
        /kured keeps it after a drain that failed as well/,
      ),
  },
  'ds-namespace': {
    'differs: the lock is a Lease in a namespace of its own, and that is said': () => {
      const { settings, note } = imported(['--ds-namespace=ops']);
      assert.deepEqual([settings.lease.namespace, settings.lease.name], ['kured-host', 'kured-host']);
      assert.match(note('ds-namespace'), /the lock is a Lease, and not on the DaemonSet/);
    },
  },
  'ds-name': {
    'differs: the lock is a Lease, and that is said': () => {
      assert.equal(imported(['--ds-name=kured-gpu']).settings.lease.name, 'kured-host');
      assert.match(
        imported(['--ds-name=kured-gpu']).note('ds-name'),
        /where several DaemonSets of kured each had their nodes, give each a pool/,
      );
    },
  },
  'node-id': {
    "differs: the name comes from the kubelet's certificate, and that is said": () => {
      const { settings, note } = imported(['--node-id=n7']);
      assert.match(note('node-id'), /comes from the kubelet's certificate/);
      const user = { name: 'system:node:n1', groups: ['system:nodes'] };
      const identified = identify(user, settings.credentials.nodeName, 'kubelet.conf');
      assert.ok(identified.is === 'identified');
      assert.equal(identified.identity.node, 'n1');
    },
  },
} as const satisfies Readonly<Record<string, Shown>>;
