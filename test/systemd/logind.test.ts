import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import type { Bus } from '../../src/systemd/busctl.ts';
import { rebootByLogind } from '../../src/systemd/logind.ts';
import { ManualClock } from '../fakes/clock.ts';
import { type Act, dies, fails, fakeBus, hangs, prints, refuses, silent, waiting } from './fake-programs.ts';
import { apt, kubelet, locks, noLocks, weak } from './inhibitor-locks.ts';

/** What is told before the reboot. */
const words = 'The node n1 is rebooted by kured-host, because a reboot is needed: libc6';
const order = { why: words, before: 60_000 };
const wall = { EnableWallMessages: prints('{"type":"b","data":true}'), SetWallMessage: silent };

/** As systemd 252, 257 and 262 answered, and the bus daemons when they could not deliver. */
const answers: readonly (readonly [name: string, act: Act, is: string, why: RegExp])[] = [
  ['an empty reply', silent, 'accepted', /^$/],
  ['denied for a lock, systemd 257', refuses('Access denied'), 'refused', /Access denied/],
  ['denied for a lock, systemd 262', refuses('Operation denied due to active block inhibitor'), 'refused', /inhibitor/],
  ['denied without polkit', refuses('Permission denied'), 'refused', /Permission denied/],
  ['asked for a password', refuses('Interactive authentication required.'), 'refused', /Interactive/],
  [
    'logind is not there',
    refuses('The name org.freedesktop.login1 was not provided by any .service files'),
    'refused',
    /not provided/,
  ],
  ['logind is masked', refuses('Unit dbus-org.freedesktop.login1.service not found.'), 'refused', /not found/],
  ['no bus', fails('Failed to connect to bus: No such file or directory'), 'refused', /Failed to connect/],
  [
    'no bus, systemd 257',
    fails('Failed to connect to system scope bus via local transport: No such file or directory'),
    'refused',
    /Failed to connect/,
  ],
  [
    'under way, systemd 252',
    refuses("There's already a shutdown or sleep operation in progress"),
    'unknown',
    /already/,
  ],
  [
    'under way, systemd 257',
    refuses('Action reboot already in progress, refusing requested reboot operation.'),
    'unknown',
    /already/,
  ],
  ['reset', refuses('Connection reset by peer'), 'unknown', /reset by peer/],
  ['timed out', refuses('Connection timed out'), 'unknown', /timed out/],
  [
    'disconnected',
    refuses('Message recipient disconnected from message bus without replying'),
    'unknown',
    /disconnected/,
  ],
  ['an error nobody has seen before', refuses('The moon is full'), 'unknown', /The moon is full/],
  ['killed', dies, 'unknown', /SIGKILL/],
];

for (const [name, act, is, why] of answers) {
  test(`the reboot is ${is}: ${name}`, async (t) => {
    const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...wall, RebootWithFlags: act });
    const answer = await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting);
    assert.equal(answer.is, is);
    assert.match(answer.is === 'accepted' ? '' : reasonSentence(answer.reason), why);
    assert.deepEqual(
      calls().map((call) => call.split('.Manager ')[1]),
      [
        'EnableWallMessages',
        `SetWallMessage sb ${words} true`,
        'ListInhibitors',
        'RebootWithFlags t 1',
        // Of a reboot that does not come nobody is told, when another comes.
        ...(is === 'refused' ? ['SetWallMessage sb  true'] : []),
      ],
    );
  });
}

for (const [name, acts] of [
  ['cannot be told', { ...wall, EnableWallMessages: refuses('Connection reset by peer') }],
  ['are refused', { ...wall, SetWallMessage: refuses('Permission denied') }],
] as const) {
  test(`terminals that ${name} do not hold up the reboot`, async (t) => {
    const { bus } = fakeBus(t, { ListInhibitors: noLocks, ...acts, RebootWithFlags: silent });
    assert.deepEqual(await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting), { is: 'accepted' });
  });
}

test('terminals that logind was told to leave alone are left alone', async (t) => {
  const off = { ...wall, EnableWallMessages: prints('{"type":"b","data":false}') };
  const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...off, RebootWithFlags: silent });
  await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting);
  assert.ok(calls().some((call) => call.endsWith(`SetWallMessage sb ${words} false`)));
});

test('words that logind does not take in time are left out', async (t) => {
  const clock = new ManualClock();
  const { bus, calls } = fakeBus(t, {
    ListInhibitors: noLocks,
    ...wall,
    SetWallMessage: hangs,
    RebootWithFlags: silent,
  });
  const answer = rebootByLogind(bus, 'logind', order, clock, waiting);
  while (calls().length < 2) await clock.settle();
  await clock.advance(2_001);
  assert.deepEqual(await answer, { is: 'accepted' });
});

test('a reboot under way is told as one, never as a refusal', async (t) => {
  const { bus } = fakeBus(t, {
    ListInhibitors: noLocks,
    ...wall,
    RebootWithFlags: refuses('Action reboot already in progress, refusing requested reboot operation.'),
  });
  const answer = await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting);
  assert.equal(answer.is === 'unknown' && answer.reason.code, 'shutdown-under-way');
});

test('a reboot that hangs is unknown', async (t) => {
  const clock = new ManualClock();
  const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...wall, RebootWithFlags: hangs }, clock);
  const answer = rebootByLogind(bus, 'logind', order, new ManualClock(), waiting);
  while (calls().length < 4) await clock.settle();
  await clock.advance(11_000);
  assert.equal((await answer).is, 'unknown');
});

test('without flags (systemd before 249) the plain call is made', async (t) => {
  const { bus, calls } = fakeBus(t, {
    ListInhibitors: noLocks,
    ...wall,
    RebootWithFlags: refuses('Unknown method RebootWithFlags or interface org.freedesktop.login1.Manager.'),
    'Reboot b false': silent,
  });
  assert.deepEqual(await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting), { is: 'accepted' });
  assert.equal(calls().length, 5);
});

for (const [method, flags] of [
  ['logind', 1],
  ['soft-reboot', 5],
  ['kexec', 3],
] as const) {
  test(`${method} is asked of logind by the flags ${flags}, and inhibitors hold root back too`, async (t) => {
    const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...wall, RebootWithFlags: silent });
    assert.deepEqual(await rebootByLogind(bus, method, order, new ManualClock(), waiting), { is: 'accepted' });
    assert.ok(calls().at(-1)?.endsWith(`RebootWithFlags t ${flags}`));
  });
}

for (const method of ['soft-reboot', 'kexec'] as const)
  for (const text of ['Invalid flags parameter', 'Unknown method RebootWithFlags or interface'])
    test(`${method} that logind does not know is refused ("${text}"), and never becomes a reboot in full`, async (t) => {
      const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...wall, RebootWithFlags: refuses(text) });
      assert.equal((await rebootByLogind(bus, method, order, new ManualClock(), waiting)).is, 'refused');
      assert.ok(!calls().some((call) => call.includes('Reboot b')));
    });

for (const [name, list] of [
  ['a block inhibitor', locks(kubelet, apt)],
  ['a weak block inhibitor of somebody else', locks(weak)],
  ['a list that cannot be read', refuses('Connection reset by peer')],
  ['a list that cannot be understood', prints('{"type":"as","data":["x"]}')],
  ['a lock that cannot be understood', prints('{"type":"a(ssssuu)","data":[[["shutdown"]]]}')],
] as const) {
  test(`${name} refuses before anything is asked of logind`, async (t) => {
    const { bus, calls } = fakeBus(t, { ListInhibitors: list, ...wall });
    const answer = await rebootByLogind(bus, 'logind', order, new ManualClock(), waiting);
    assert.equal(answer.is, 'refused');
    assert.deepEqual(
      calls().map((call) => call.split('.Manager ')[1]),
      ['EnableWallMessages', `SetWallMessage sb ${words} true`, 'ListInhibitors', 'SetWallMessage sb  true'],
    );
  });
}

test('a stop that comes between the list and the call leaves nothing asked', async () => {
  const stop = new AbortController();
  const asked: string[] = [];
  const bus: Bus = {
    call: async ({ method }) => {
      asked.push(method);
      stop.abort();
      return { is: 'answered', data: [[]] };
    },
    property: async () => ({ is: 'answered', data: null }),
  };
  assert.equal((await rebootByLogind(bus, 'logind', order, new ManualClock(), stop.signal)).is, 'refused');
  assert.deepEqual(asked, ['ListInhibitors']);
});

test('a logind whose list comes when permission is too old is asked for no reboot, and the words are taken back', async (t) => {
  const clock = new ManualClock();
  const { bus, calls } = fakeBus(t, { ListInhibitors: noLocks, ...wall, RebootWithFlags: silent }, clock);
  const slow = slowBy(9_000, 'ListInhibitors', bus, clock);
  const answer = await rebootByLogind(slow, 'logind', { why: words, before: 8_999 }, clock, waiting);
  const why = answer.is === 'refused' ? reasonSentence(answer.reason) : answer.is;
  assert.equal(why, 'the reboot was refused: busctl was not started: what permits it has grown too old');
  assert.deepEqual(
    calls().map((call) => call.split('.Manager ')[1]),
    ['EnableWallMessages', `SetWallMessage sb ${words} true`, 'ListInhibitors', 'SetWallMessage sb  true'],
  );
});

test('without flags the plain call is not made either when permission is too old by then', async (t) => {
  const clock = new ManualClock();
  const unknownMethod = refuses('Unknown method RebootWithFlags or interface org.freedesktop.login1.Manager.');
  const acts = { ListInhibitors: noLocks, ...wall, RebootWithFlags: unknownMethod, 'Reboot b false': silent };
  const { bus, calls } = fakeBus(t, acts, clock);
  const slow = slowBy(9_000, 'RebootWithFlags', bus, clock);
  assert.equal((await rebootByLogind(slow, 'logind', { why: words, before: 8_999 }, clock, waiting)).is, 'refused');
  assert.ok(!calls().some((call) => call.includes('Reboot b')));
});

/** A bus on which this method's answer takes so many milliseconds. */
function slowBy(ms: number, method: string, bus: Bus, clock: ManualClock): Bus {
  return {
    ...bus,
    call: async (of, signal) => {
      const answer = await bus.call(of, signal);
      if (of.method === method) await clock.advance(ms);
      return answer;
    },
  };
}
