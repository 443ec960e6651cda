import { type Reason, reason } from '../../../src/core/reasons.ts';
import type { Row } from '../language.ts';
import type { World } from '../world/world.ts';

type Against = readonly [says: string, reason: Reason, is?: 'refused' | 'unknown', passing?: true];

/** What can be against a reboot, each in the words of who refuses. */
const against: readonly Against[] = [
  ['the maintenance window closes', reason('window-closed', { opens: 'Mon 2026-03-02 02:00 (Europe/Berlin)' })],
  [
    'the maintenance windows left are those after the deadline',
    reason('window-after-deadline', { opens: 'Sun 2026-03-08 02:00 Europe/Berlin' }),
  ],
  ['the last maintenance window closes', reason('window-none')],
  [
    'the clock shows the year 1970',
    reason('clock-behind', { now: '1970-01-01T00:00:12Z', built: '2026-02-01T00:00:00Z' }),
    'unknown',
  ],
  ['the machine is not up for long', reason('uptime-short', { until: '2026-03-01T03:00:00Z' })],
  ['an alert fires', reason('alerts-active', { server: 'http://prometheus:9090', count: '1', alerts: 'KubeAPIDown' })],
  [
    'a query finds something',
    reason('query-blocks', { server: 'http://prometheus:9090', count: '2', found: 'ceph_health{cluster="a"}, …' }),
  ],
  [
    'Prometheus cannot be reached',
    reason('permission-unknown', {
      source: 'Prometheus http://prometheus:9090',
      why: 'the connection was refused',
    }),
    'unknown',
  ],
  ['a pod that blocks reboots runs', reason('pods-block', { count: '1', pods: 'batch/nightly-report' })],
  [
    'a command is against it',
    reason('command-blocks', { command: '/usr/local/bin/backup-runs', why: 'a backup is running' }),
  ],
  [
    'a person is logged in',
    reason('users-logged-in', { count: '1', users: 'alice on pts/0', until: '; they are waited for until 03:00 UTC' }),
  ],
  ['apt changes packages', reason('packages-changing', { lock: '/var/lib/dpkg/lock-frontend' }), 'refused', true],
  [
    'an inhibitor is taken',
    reason('blocked', {
      source: 'inhibitors',
      why: 'PackageKit (pid 4711) holds a block inhibitor: package update in progress',
    }),
  ],
  [
    'systemd is too old for soft reboots',
    reason('method-unusable', {
      method: 'soft-reboot',
      why: 'systemd 252 has no soft reboot',
      remedy: 'set reboot.method: logind',
    }),
  ],
];

/** Who refuses, and that it is over. */
export const permissionRows: readonly Row[] = [
  ...against.map(
    ([says, why, is = 'refused', passing = false]): Row => [
      says,
      (world) => {
        world.machine.against.set(says, { is, reason: why, passing });
        hint(world);
      },
    ],
  ),
  [
    'nothing is against a reboot any more',
    (world) => {
      world.machine.against.clear();
      hint(world);
    },
  ],
];

function hint(world: World): void {
  world.tell({ on: 'permission-hint' });
}
