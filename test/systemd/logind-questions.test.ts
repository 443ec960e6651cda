import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { inhibitorSource, listInhibitors, preparingForShutdown, scheduledShutdown } from '../../src/systemd/logind.ts';
import { ManualClock } from '../fakes/clock.ts';
import { type Act, fakeBus, prints, refuses, waiting } from './fake-programs.ts';
import { apt, kubelet, locks, noLocks, weak } from './inhibitor-locks.ts';

test('the list is told as it is, its texts bounded and escaped', async (t) => {
  const { bus } = fakeBus(t, { ListInhibitors: locks(['shutdown:idle', 'a\nb', `\u001b${'x'.repeat(500)}`, 'block']) });
  const answer = await listInhibitors(bus, waiting);
  assert.ok(answer.is === 'yes');
  const [lock] = answer.value;
  assert.deepEqual(lock, { what: ['shutdown', 'idle'], who: 'a\\nb', why: lock?.why, mode: 'block', uid: 0, pid: 243 });
  assert.match(lock?.why ?? '', /^\\x1bx+…$/);
  assert.equal(lock?.why.length, 200);
});

const permissions: readonly (readonly [name: string, list: Act, is: string])[] = [
  ['no lock', noLocks, 'allowed'],
  ['a delay lock', locks(kubelet), 'allowed'],
  ['a weak block of root, which lets root pass', locks(['shutdown', 'backup', 'x', 'block-weak']), 'allowed'],
  ['a weak block of anybody else', locks(weak), 'refused'],
  ['a weak block of anybody else on something else', locks(['sleep', 'session', 'x', 'block-weak', 1000]), 'allowed'],
  ['a block on something else', locks(['sleep:idle', 'backup', 'x', 'block']), 'allowed'],
  ['a block on shutdown among others', locks(kubelet, apt), 'refused'],
  ['no list', refuses('Connection timed out'), 'unknown'],
];

for (const [name, list, is] of permissions) {
  test(`as a source of permission: ${name} is ${is}`, async (t) => {
    const { bus } = fakeBus(t, { ListInhibitors: list });
    const permission = await inhibitorSource(bus, new ManualClock()).ask(waiting);
    assert.equal(permission.is, is);
    // A drain waits for it: apt and rpm hold a lock for minutes, and restart the bus when they upgrade it.
    if (permission.is !== 'allowed') assert.equal(permission.passing, true);
  });
}

test('a refusal names each holder and its words', async (t) => {
  const { bus } = fakeBus(t, { ListInhibitors: locks(apt, weak) });
  const permission = await inhibitorSource(bus, new ManualClock()).ask(waiting);
  assert.ok(permission.is === 'refused');
  assert.deepEqual(permission.reasons.map(reasonSentence), [
    'blocked by inhibitors: apt (pid 243) holds a block inhibitor: unattended upgrade',
    'blocked by inhibitors: session (pid 243) holds a block-weak inhibitor: not saved',
  ]);
});

for (const [act, is] of [
  [prints('{"type":"b","data":true}'), 'yes'],
  [prints('{"type":"b","data":false}'), 'no'],
  [prints('{"type":"s","data":"no"}'), 'unknown'],
  [refuses('Connection timed out'), 'unknown'],
] as const) {
  test(`whether a shutdown is prepared: ${is}`, async (t) => {
    const { bus } = fakeBus(t, { PreparingForShutdown: act });
    assert.equal((await preparingForShutdown(bus, waiting)).is, is);
  });
}

const schedules: readonly (readonly [act: Act, answer: unknown])[] = [
  [prints('{"type":"(st)","data":["",18446744073709551615]}'), { is: 'no' }],
  [prints('{"type":"(st)","data":["",0]}'), { is: 'no' }],
  [prints('{"type":"(st)","data":["dry-reboot",1795489371000000]}'), { is: 'no' }],
  [
    prints('{"type":"(st)","data":["reboot",1795489371000000]}'),
    { is: 'yes', value: { what: 'reboot', at: 1_795_489_371_000 } },
  ],
];

for (const [act, answer] of schedules) {
  test(`what is scheduled: ${JSON.stringify(answer)} from ${act.split('\n')[1]}`, async (t) => {
    const { bus } = fakeBus(t, { ScheduledShutdown: act });
    assert.deepEqual(await scheduledShutdown(bus, waiting), answer);
  });
}

test('what is scheduled cannot be told without logind', async (t) => {
  const { bus } = fakeBus(t, { ScheduledShutdown: refuses('Connection reset by peer') });
  assert.equal((await scheduledShutdown(bus, waiting)).is, 'unknown');
});
