import assert from 'node:assert/strict';
import { planDrain } from '../../src/core/drain/plan.ts';
import { evictCall } from '../../src/kubernetes/evict.ts';
import { pod } from '../core/drain/pods.ts';
import { withImported } from './fleet.ts';
import { imported } from './imported.ts';
import type { Shown } from './shown-case.ts';

const minute = 60_000;
const at = Date.UTC(2026, 2, 2);

/** The grace period that the API server is given with each eviction. */
function graceOf(flags: readonly string[]): unknown {
  const { gracePeriodSeconds } = imported(flags).settings.drain;
  const { body } = evictCall(pod('a'), { gracePeriodSeconds, dryRun: false });
  return (body as { deleteOptions: { gracePeriodSeconds?: number } }).deleteOptions.gracePeriodSeconds;
}

/** The pods that are evicted and waited for. */
function evicted(flags: readonly string[]): readonly string[] {
  const pods = [
    pod('web', { labels: { app: 'web' } }),
    pod('cache', { labels: { app: 'cache' } }),
    pod('ending', { deletionTime: at - 90_000 }),
  ];
  return planDrain(pods, imported(flags).settings.drain, at).flatMap((verdict) =>
    verdict.is === 'evict' ? [verdict.pod.name] : [],
  );
}

export const shownDrain = {
  'force-reboot': {
    'reboots with pods left when the drain does not end in its time': () =>
      withImported(['--force-reboot', '--drain-timeout=1s'], async ({ fleet, machine }) => {
        await fleet.admin.createPod('slow', 'a');
        machine.needReboot('need');
        await machine.until(() => machine.boots.length === 2, 'the reboot');
        assert.equal(machine.calls, 1);
        assert.equal(await fleet.isEnding('slow'), true);
      }),
    'differs without --drain-timeout, where kured waits without end: the node backs out, and that is said': () => {
      assert.equal(imported(['--force-reboot']).settings.drain.onTimeout, 'back-out');
      assert.match(
        imported(['--force-reboot']).note('force-reboot'),
        /a drain of kured has no end, so that only an error forces/,
      );
    },
  },
  'drain-grace-period': {
    'is given along with each eviction': () => assert.equal(graceOf(['--drain-grace-period=45']), 45),
    'leaves pods their own when negative, as without the flag': () => {
      assert.equal(graceOf(['--drain-grace-period', '-1']), undefined);
      assert.equal(graceOf([]), undefined);
    },
    'differs for 0, which kills at once: a second is the least here, and the file says so': () => {
      assert.equal(graceOf(['--drain-grace-period=0']), 1);
      assert.match(
        imported(['--drain-grace-period=0']).comment('drain.gracePeriod'),
        /0 kills every pod at once; 1s is the least/,
      );
    },
  },
  'drain-pod-selector': {
    'evicts only the pods that it selects': () =>
      assert.deepEqual(evicted(['--drain-pod-selector=app in (web)']), ['web']),
    'selects all where it is empty': () =>
      assert.deepEqual(evicted(['--drain-pod-selector=']), ['web', 'cache', 'ending']),
  },
  'skip-wait-for-delete-timeout': {
    'does not wait for pods that have been ending for longer': () => {
      assert.deepEqual(evicted(['--skip-wait-for-delete-timeout=60']), ['web', 'cache']);
      assert.deepEqual(evicted(['--skip-wait-for-delete-timeout=120']), ['web', 'cache', 'ending']);
      assert.deepEqual(evicted(['--skip-wait-for-delete-timeout=0']), ['web', 'cache', 'ending']);
    },
  },
  'drain-timeout': {
    'ends a drain that takes longer: uncordoned, and the Lease given back': () =>
      withImported(['--drain-timeout=5m'], async ({ fleet, machine, clock }) => {
        await fleet.admin.createPod('slow', 'a');
        machine.needReboot('need');
        await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
        clock.leap(5 * minute + 1);
        await machine.until(({ phase }) => phase === 'waiting', 'the back-out');
        assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
        assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
        assert.equal(machine.calls, 0);
      }),
    'of 0 waits without end, as in kured': () =>
      assert.equal(imported(['--drain-timeout=0']).settings.drain.timeout, null),
    'differs where it is not given: 30m in place of no end, and that is said': () => {
      const { settings, note } = imported([]);
      assert.equal(settings.drain.timeout, 30 * minute);
      assert.match(note('drain-timeout'), /kured waits for a drain without end; kured-host backs out after 30m/);
    },
  },
  'drain-delay': {
    'lets the node be for so long before its first pod is evicted': () =>
      withImported(['--drain-delay=10m'], async ({ fleet, machine, clock }) => {
        await fleet.admin.createPod('web', 'a');
        machine.needReboot('need');
        await machine.until(({ phase }) => phase === 'draining', 'the drain');
        await machine.until(({ reason }) => reason.code === 'drain-delay', 'the delay to be told');
        assert.equal(await fleet.isEnding('web'), false);
        clock.leap(10 * minute);
        await machine.until(({ sentence }) => sentence.includes('default/web'), 'the eviction');
        assert.equal(await fleet.isEnding('web'), true);
      }),
    'of 0 or less is no wait': () =>
      assert.deepEqual(
        [imported(['--drain-delay=0']), imported(['--drain-delay=-5m'])].map(({ settings }) => settings.drain.delay),
        [null, null],
      ),
    'differs in that the node is cordoned during it, and the file says so': () =>
      assert.match(
        imported(['--drain-delay=10m']).comment('drain.delay'),
        /cordoned during it, where kured cordons after it/,
      ),
  },
} as const satisfies Readonly<Record<string, Shown>>;
