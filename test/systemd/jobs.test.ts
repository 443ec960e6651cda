import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShutdownLook, StopMeaning } from '../../src/core/shutdown.ts';
import { lookAtShutdown, stopMeaning } from '../../src/systemd/jobs.ts';
import { type Act, fails, fakeBus, fakeSystemctl, prints, refuses, silent, waiting } from './fake-programs.ts';

const state = (word: string, code = 0): Act => `echo ${word}; exit ${code}`;
const preparing = prints('{"type":"b","data":true}');
const notPreparing = prints('{"type":"b","data":false}');
const nothingScheduled = prints('{"type":"(st)","data":["",18446744073709551615]}');
const rebootScheduled = prints('{"type":"(st)","data":["reboot",1795489371000000]}');
const rebootJobs = prints(` 1201 reboot.target               start waiting
 1202 systemd-reboot.service      start waiting
 1203 shutdown.target             start waiting
  980 kured-host.service          stop  running`);
const ordinaryJobs = prints(`  77 apt-daily.service start running
 78 network-online.target start waiting`);

interface Machine {
  readonly prepares?: Act;
  readonly locks?: Act;
  readonly scheduled?: Act;
  readonly jobs?: Act;
  readonly state?: Act;
}

const looks: readonly (readonly [name: string, machine: Machine, look: Partial<ShutdownLook>])[] = [
  ['nothing', {}, { is: 'none' }],
  ['a degraded system with ordinary jobs', { state: state('degraded', 1), jobs: ordinaryJobs }, { is: 'none' }],
  ['no jobs, as older systemctl says it', { jobs: prints('No jobs running.') }, { is: 'none' }],
  ['logind prepares', { prepares: preparing }, { is: 'under-way', what: 'logind prepares it' }],
  [
    'logind waits',
    {
      prepares: preparing,
      locks: prints(
        '{"type":"a(ssssuu)","data":[[["shutdown","kubelet","ends pods","delay",0,7],["sleep","x","y","delay",0,8],["shutdown","apt","","delay",0,9]]]}',
      ),
    },
    { is: 'under-way', what: 'logind waits for delay inhibitors: kubelet (pid 7): ends pods; apt (pid 9)' },
  ],
  ['a reboot job', { jobs: rebootJobs }, { is: 'under-way', what: 'reboot.target is being started' }],
  [
    'a soft reboot job',
    { jobs: prints('1 soft-reboot.target start waiting') },
    { is: 'under-way', what: 'soft-reboot.target is being started' },
  ],
  ['a job that stops a shutdown target', { jobs: prints('1 shutdown.target stop waiting') }, { is: 'none' }],
  [
    'the system is stopping',
    { state: state('stopping', 1) },
    { is: 'under-way', what: 'the system state is stopping' },
  ],
  ['a scheduled reboot', { scheduled: rebootScheduled }, { is: 'scheduled', what: 'reboot', at: 1_795_489_371_000 }],
  [
    'a scheduled reboot that has begun',
    { scheduled: rebootScheduled, jobs: rebootJobs },
    { is: 'under-way', what: 'reboot.target is being started' },
  ],
  [
    'logind is gone and the machine goes down',
    { prepares: refuses('Connection reset by peer'), jobs: rebootJobs },
    { is: 'under-way', what: 'reboot.target is being started' },
  ],
  ['logind does not answer', { prepares: refuses('Connection timed out') }, { is: 'unknown' }],
  ['the schedule cannot be read', { scheduled: refuses('Connection timed out') }, { is: 'unknown' }],
  ['jobs cannot be listed', { jobs: fails('Failed to list jobs: Connection refused') }, { is: 'unknown' }],
  ['a job that cannot be understood', { jobs: prints('reboot.target start waiting') }, { is: 'unknown' }],
  ['a state nobody knows', { state: state('offline', 1) }, { is: 'unknown' }],
  ['no state', { state: fails('Failed to query system state: Host is down') }, { is: 'unknown' }],
];

for (const [name, machine, expected] of looks) {
  test(`looking at: ${name} → ${expected.is}`, async (t) => {
    const { bus } = fakeBus(t, {
      PreparingForShutdown: machine.prepares ?? notPreparing,
      ListInhibitors: machine.locks ?? refuses('Connection timed out'),
      ScheduledShutdown: machine.scheduled ?? nothingScheduled,
    });
    const { systemctl } = fakeSystemctl(t, {
      'list-jobs': machine.jobs ?? silent,
      'is-system-running': machine.state ?? state('running'),
    });
    const look = await lookAtShutdown(systemctl, bus, waiting);
    if (expected.is === 'unknown') assert.equal(look.is, 'unknown');
    else assert.deepEqual(look, expected);
  });
}

const stops: readonly (readonly [name: string, jobs: Act, state: Act, meaning: StopMeaning])[] = [
  ['systemctl restart', prints('12 kured-host.service restart running'), state('running'), 'restart'],
  ['systemctl try-restart', prints('12 kured-host.service try-restart running'), state('running'), 'restart'],
  ['systemctl stop', prints('12 kured-host.service stop running'), state('running'), 'stop'],
  ['stop of another unit alone', prints('12 kubelet.service stop running'), state('running'), 'unknown'],
  ['a reboot', rebootJobs, state('stopping', 1), 'shutdown'],
  ['a reboot whose own job is done', prints('980 kured-host.service stop running'), state('stopping', 1), 'shutdown'],
  [
    'a restart that a reboot overtakes',
    prints('12 kured-host.service restart running\n13 poweroff.target start waiting'),
    state('running'),
    'shutdown',
  ],
  ['no job and the machine goes down', silent, state('stopping', 1), 'shutdown'],
  ['kill by hand', silent, state('running'), 'unknown'],
  ['systemd does not answer', fails('Failed to list jobs: Connection refused'), state('running'), 'unknown'],
];

for (const [name, jobs, system, meaning] of stops) {
  test(`a SIGTERM by ${name} means ${meaning}`, async (t) => {
    const { systemctl } = fakeSystemctl(t, { 'list-jobs': jobs, 'is-system-running': system });
    assert.equal(await stopMeaning(systemctl, 'kured-host.service', waiting), meaning);
  });
}

test('a SIGTERM to a daemon that no unit runs is unknown, and nobody is asked', async (t) => {
  const { systemctl, calls } = fakeSystemctl(t, {});
  assert.equal(await stopMeaning(systemctl, null, waiting), 'unknown');
  assert.deepEqual(calls(), []);
});
