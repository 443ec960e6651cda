import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BusAnswer, openBus } from '../../src/systemd/busctl.ts';
import { ManualClock } from '../fakes/clock.ts';
import { type Act, dies, env, fails, fakeBus, hangs, prints, refuses, silent, waiting } from './fake-programs.ts';

const call = { service: 'org.freedesktop.x', object: '/x', interface: 'org.freedesktop.x.M', method: 'Ask' };

const cases: readonly (readonly [name: string, act: Act, answer: BusAnswer])[] = [
  ['a reply', prints('{"type":"as","data":[["a","b"]]}'), { is: 'answered', data: [['a', 'b']] }],
  ['an empty reply', silent, { is: 'answered', data: null }],
  [
    'a reply that is no JSON',
    prints('as 2 "a" "b"'),
    { is: 'no-answer', why: 'the reply cannot be understood: as 2 "a" "b"' },
  ],
  ['JSON of another shape', prints('[1]'), { is: 'no-answer', why: 'the reply cannot be understood: [1]' }],
  ['an error reply', refuses('Access denied'), { is: 'refused', text: 'Access denied' }],
  [
    'a service that is not there',
    refuses('The name org.freedesktop.x was not provided by any .service files'),
    { is: 'refused', text: 'The name org.freedesktop.x was not provided by any .service files' },
  ],
  [
    'no bus',
    fails('Failed to connect to bus: Connection refused'),
    { is: 'refused', text: 'Failed to connect to bus: Connection refused' },
  ],
  [
    'a bus that breaks before anything is sent',
    fails('Failed to connect to bus: Connection reset by peer'),
    { is: 'refused', text: 'Failed to connect to bus: Connection reset by peer' },
  ],
  [
    'a bus that breaks before anything is sent, as systemd 257 says it',
    fails('Failed to connect to system scope bus via local transport: Connection reset by peer'),
    { is: 'refused', text: 'Failed to connect to system scope bus via local transport: Connection reset by peer' },
  ],
  ['a failure without a word', fails(''), { is: 'no-answer', why: 'busctl failed without a word' }],
  ['a busctl that is killed', dies, { is: 'no-answer', why: 'busctl was ended by SIGKILL' }],
];

for (const [name, act, answer] of cases) {
  test(`${name} is ${answer.is}`, async (t) => {
    const { bus } = fakeBus(t, { Ask: act });
    assert.deepEqual(await bus.call(call, waiting), answer);
  });
}

/** As systemd 252 and 257 and dbus-daemon say that the connection, the time or the other side is gone. */
const lost = [
  'Connection timed out',
  'Connection reset by peer',
  'Broken pipe',
  'Transport endpoint is not connected',
  'Remote peer disconnected',
  'Message recipient disconnected from message bus without replying',
  'Did not receive a reply. Possible causes include: the remote application did not send a reply',
  'Connection terminated',
];

for (const text of lost) {
  test(`"${text}" leaves open what happened`, async (t) => {
    const { bus } = fakeBus(t, { Ask: refuses(text) });
    assert.equal((await bus.call(call, waiting)).is, 'no-answer');
  });
}

test('a call that hangs is ended a little after its time and is no answer', async (t) => {
  const clock = new ManualClock();
  const { bus } = fakeBus(t, { Ask: hangs }, clock);
  const answer = bus.call(call, waiting);
  await clock.advance(11_000);
  assert.deepEqual(await answer, { is: 'no-answer', why: 'busctl did not end in time' });
});

test('a call that is aborted is no answer', async (t) => {
  const stop = new AbortController();
  const { bus } = fakeBus(t, { Ask: hangs });
  const answer = bus.call(call, stop.signal);
  stop.abort();
  assert.deepEqual(await answer, { is: 'no-answer', why: 'it was no longer waited for' });
});

test('without busctl nothing was asked', async () => {
  const bus = openBus({ busctl: '/nowhere/busctl', env, clock: new ManualClock(), timeout: 1000 });
  const answer = await bus.call(call, waiting);
  assert.equal(answer.is, 'refused');
  assert.match(answer.is === 'refused' ? answer.text : '', /^busctl was not started: .*ENOENT/);
});

test('a reply that is too long to read is no answer', async (t) => {
  const { bus } = fakeBus(t, { Ask: 'head -c 2000000 /dev/zero | tr "\\0" 1' });
  assert.deepEqual(await bus.call(call, waiting), { is: 'no-answer', why: 'the reply is longer than can be read' });
});

test('calls and properties are asked on the system bus, as JSON, with a bound of their own', async (t) => {
  const { bus, calls } = fakeBus(t, { Ask: silent, 'get-property': prints('{"type":"u","data":3}') });
  await bus.call({ ...call, signature: 'sb', args: ['-x', 'true'] }, waiting);
  const { method: _, ...object } = call;
  assert.deepEqual(await bus.property({ ...object, property: 'Count' }, waiting), { is: 'answered', data: 3 });
  assert.deepEqual(calls(), [
    '--system --json=short --no-pager --timeout=10 call -- org.freedesktop.x /x org.freedesktop.x.M Ask sb -x true',
    '--system --json=short --no-pager --timeout=10 get-property -- org.freedesktop.x /x org.freedesktop.x.M Count',
  ]);
});
