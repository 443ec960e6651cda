import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { listSessions } from '../../src/systemd/sessions.ts';
import { type Act, fakeBus, hangs, prints, refuses, waiting } from './fake-programs.ts';

/** As busctl --json=short gives what logind says of a session. */
interface Shown {
  readonly Class?: string;
  readonly State?: string;
  readonly TTY?: string;
  readonly RemoteHost?: string;
  readonly Timestamp?: number;
}

function properties(change: Shown): Act {
  const all = {
    Class: 'user',
    State: 'active',
    TTY: 'pts/0',
    RemoteHost: '',
    Timestamp: 1_764_194_400_000_000,
    ...change,
  };
  const data = Object.fromEntries(
    Object.entries(all).map(([name, of]) => [name, { type: typeof of === 'number' ? 't' : 's', data: of }]),
  );
  return prints(JSON.stringify({ type: 'a{sv}', data: [data] }));
}

function sessions(of: Readonly<Record<string, Act>>): Readonly<Record<string, Act>> {
  const rows = Object.keys(of).map((id) => [id, 1000, `user${id}`, '', path(id)]);
  const acts = Object.entries(of).map(([id, act]) => [`${path(id)} `, act]);
  return { ListSessions: prints(JSON.stringify({ type: 'a(susso)', data: [rows] })), ...Object.fromEntries(acts) };
}

const path = (id: string): string => `/org/freedesktop/login1/session/_3${id}`;

describe('a session of logind', () => {
  const kinds: readonly (readonly [string, Shown, boolean])[] = [
    ['of a person at a terminal', {}, true],
    ['that is not in front', { State: 'online' }, true],
    ['that is being opened', { State: 'opening' }, true],
    ['of root, before users may log in', { Class: 'user-early' }, true],
    ['of a home that is not unlocked yet', { Class: 'user-incomplete' }, true],
    ['that is closing', { State: 'closing' }, false],
    ["of a user's manager, which lingers without anybody", { Class: 'manager' }, false],
    ['of a manager before users may log in', { Class: 'manager-early' }, false],
    ['of a greeter', { Class: 'greeter' }, false],
    ['of a lock screen', { Class: 'lock-screen' }, false],
    ['of cron', { Class: 'background' }, false],
    ['of nothing', { Class: 'none' }, false],
  ];
  for (const [name, shown, counts] of kinds) {
    it(`${name} ${counts ? 'is' : 'is not'} somebody who is logged in`, async (t) => {
      const found = await listSessions(fakeBus(t, sessions({ 1: properties(shown) })).bus, waiting);
      assert.equal(found.is === 'yes' && found.value.length, counts ? 1 : 0);
    });
  }

  it('is told by its user, terminal or host, and beginning, by name', async (t) => {
    const of = {
      2: properties({ TTY: '', RemoteHost: '10.0.0.5' }),
      1: properties({}),
      3: properties({ TTY: '', Timestamp: 0 }),
    };
    const found = await listSessions(fakeBus(t, sessions(of)).bus, waiting);
    assert.deepEqual(found.is === 'yes' && found.value, [
      { id: '1', user: 'user1', at: 'pts/0', since: 1_764_194_400_000 },
      { id: '2', user: 'user2', at: '10.0.0.5', since: 1_764_194_400_000 },
      { id: '3', user: 'user3', at: '', since: null },
    ]);
  });

  it('that ended since it was listed is nobody', async (t) => {
    const of = { 1: refuses(`Unknown object '${path('1')}'.`), 2: properties({}) };
    const found = await listSessions(fakeBus(t, sessions(of)).bus, waiting);
    assert.deepEqual(found.is === 'yes' && found.value.map(({ id }) => id), ['2']);
  });
});

describe('who is logged in cannot be told', () => {
  const rows = (data: unknown) => ({ ListSessions: prints(JSON.stringify({ type: 'a(susso)', data })) });
  const troubles: readonly (readonly [string, Readonly<Record<string, Act>>, RegExp])[] = [
    [
      'without logind',
      { ListSessions: refuses('Unit dbus-org.freedesktop.login1.service not found.') },
      /logind: Unit .* not found/,
    ],
    ['by an answer of another shape', rows([{}]), /the list of sessions cannot be understood/],
    ['by a row of another shape', rows([[['1', 1000]]]), /a session in the list cannot be understood/],
    ['where one session says nothing', sessions({ 1: refuses('Connection reset by peer') }), /reset by peer/],
    ['by a session of another shape', sessions({ 1: prints('{"type":"a{sv}","data":[{}]}') }), /session 1 cannot be/],
  ];
  for (const [name, acts, why] of troubles) {
    it(name, async (t) => {
      const found = await listSessions(fakeBus(t, acts).bus, waiting);
      assert.equal(found.is, 'unknown');
      assert.match(found.is === 'unknown' ? reasonSentence(found.reason) : '', why);
    });
  }

  it('within the time that there is', async (t) => {
    const found = await listSessions(fakeBus(t, { ListSessions: hangs }).bus, AbortSignal.timeout(100));
    assert.equal(found.is, 'unknown');
  });
});
