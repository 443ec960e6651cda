import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { UserBlocker } from '../../src/core/blockers/settings.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reason, reasonSentence } from '../../src/core/reasons.ts';
import type { Bus, BusAnswer } from '../../src/systemd/busctl.ts';
import { usersSource } from '../../src/systemd/users.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';

const minute = 60_000;
const quarter: UserBlocker = { wait: 15 * minute, broadcast: 5 * minute, ignore: ['backup'] };
const forever: UserBlocker = { wait: null, broadcast: 10 * minute, ignore: [] };
const allowed: Permission = { is: 'allowed' };
const closed: Permission = { is: 'refused', reasons: [reason('window-none')] };
const passing: Permission = { is: 'refused', reasons: [reason('packages-changing', { lock: '/x' })], passing: true };

describe('people who are logged in', () => {
  it('count only where that is wanted, and then whoever is not to be ignored', async (t) => {
    const at = stage(t, null, ['jane']);
    assert.equal((await at.source.ask(never)).is, 'allowed');
    assert.deepEqual(at.calls, []);
    assert.equal((await stage(t, quarter, ['backup']).source.ask(never)).is, 'allowed');
    assert.equal((await stage(t, quarter, []).source.ask(never)).is, 'allowed');
    const refused = await stage(t, forever, ['jane', 'root']).source.ask(never);
    assert.equal(words(refused), '2 session(s) of people are open: jane (pts/1), root (pts/2)');
  });

  it('cannot be told without logind, which refuses', async (t) => {
    const at = stage(t, quarter, ['jane']);
    at.down = true;
    assert.equal((await at.source.ask(never)).is, 'unknown');
    const bare = usersSource({ bus: null, clock: at.clock, settings: () => quarter, tell: () => assert.fail() });
    assert.equal((await bare.ask(never)).is, 'unknown');
  });

  it('have their time from when nothing else is against a reboot; after it the reboot goes on', async (t) => {
    const at = stage(t, quarter, ['jane']);
    assert.match(
      words(await at.round(closed)),
      /jane \(pts\/1\); they have 15 min once nothing else is against a reboot$/,
    );
    await at.clock.advance(60 * minute);
    assert.deepEqual([(await at.round(closed)).is, at.told], ['refused', []]);
    await at.round(allowed);
    assert.match(words(await at.round(allowed)), /; it goes on at \S+:\d\d:00Z$/);
    await at.clock.advance(15 * minute - 1);
    assert.equal((await at.round(allowed)).is, 'refused');
    const hints = at.hints;
    await at.clock.advance(1);
    assert.equal(at.hints, hints + 1, 'permission is asked for at once');
    assert.equal((await at.round(allowed)).is, 'allowed');
  });

  it('are told at once, then each period and a minute before the end, and who comes later within a minute', async (t) => {
    const at = stage(t, quarter, ['jane']);
    const after = async (ms: number) => {
      await at.clock.advance(ms);
      await at.round(allowed);
      return at.told.length;
    };
    assert.equal(await after(0), 1);
    const lines = at.told.join('\n').split('\n');
    assert.ok(
      lines.every((line) => line.length < 79),
      'wall would break them',
    );
    assert.match(at.told[0] ?? '', /log out:\nkured-host reboots it in 15 min or later, not before \S+Z\.$/);
    assert.equal(await after(4 * minute), 1);
    assert.equal(await after(minute), 2, 'the period');
    at.people = ['jane', 'joe'];
    assert.equal(await after(minute), 3, 'joe was not told yet');
    assert.equal(await after(minute), 3);
    assert.equal(await after(4 * minute), 4);
    assert.equal(await after(3 * minute - 1), 4);
    assert.equal(await after(1), 5, 'a minute before the end');
    assert.match(at.told[4] ?? '', /in 1 min or later/);
    assert.equal(await after(minute), 5, 'over');
    assert.equal(await after(60 * minute), 5, 'nothing more is said while the node waits for its turn');
  });

  it('are waited for as long as they are there, and told that, where there is no end', async (t) => {
    const at = stage(t, forever, ['jane']);
    await at.round(allowed);
    assert.match(at.told[0] ?? '', /waits with it until everybody has\.$/);
    await at.clock.advance(24 * 60 * minute);
    const late = await at.round(allowed);
    assert.deepEqual([late.is, late.is === 'refused' && late.passing], ['refused', false]);
    assert.equal(at.told.length, 2);
    at.people = [];
    assert.equal((await at.round(allowed)).is, 'allowed');
  });

  it('are told nothing where that is not wanted', async (t) => {
    const at = stage(t, { ...quarter, broadcast: null }, ['jane']);
    await at.round(allowed);
    await at.clock.advance(15 * minute);
    assert.deepEqual([(await at.round(allowed)).is, at.told], ['allowed', []]);
  });

  const anew: readonly (readonly [string, (at: Stage) => Promise<unknown>, Permission['is']])[] = [
    ['something else is against the reboot meanwhile', (at) => at.round(closed), 'refused'],
    ['something that passes by itself is not', (at) => at.round(passing), 'allowed'],
    [
      'all have logged out, and somebody logs in again',
      async (at) => {
        at.people = [];
        await at.round(allowed);
        at.people = ['jane'];
        await at.round(allowed);
      },
      'refused',
    ],
    [
      'it is another need',
      async (at) => {
        at.need = 2;
        await at.round(allowed);
      },
      'refused',
    ],
    [
      'the settings give them longer',
      async (at) => {
        at.wanted = { ...quarter, wait: 60 * minute };
        await at.round(allowed);
      },
      'refused',
    ],
    [
      'the settings wait for as long as they are there',
      async (at) => {
        at.wanted = forever;
        await at.round(allowed);
      },
      'refused',
    ],
    [
      'somebody else logs in after it was over',
      async (at) => {
        at.people = ['jane', 'joe'];
        await at.round(allowed);
      },
      'allowed',
    ],
  ];
  for (const [name, then, is] of anew) {
    it(`${is === 'refused' ? 'have their time anew when' : 'have it once, also when'} ${name}`, async (t) => {
      const at = stage(t, quarter, ['jane']);
      await at.round(allowed);
      await at.clock.advance(15 * minute);
      assert.equal((await at.round(allowed)).is, 'allowed');
      await then(at);
      assert.equal((await at.round(allowed)).is, is);
    });
  }

  it('pass by themselves where they have an end: a drain that has begun waits', async (t) => {
    const answer = await stage(t, quarter, ['jane']).round(allowed);
    assert.equal(answer.is === 'refused' && answer.passing, true);
  });

  it('are known since the first of them came', async (t) => {
    const at = stage(t, quarter, ['jane', 'joe']);
    await at.source.ask(never);
    assert.equal(at.source.since?.(), 1_764_194_401_000);
    at.people = [];
    await at.source.ask(never);
    assert.equal(at.source.since?.(), null);
  });
});

const never = new AbortController().signal;

function words(answer: Permission): string {
  return answer.is === 'allowed' ? 'allowed' : answer.reasons.map(reasonSentence).join('; ');
}

type Stage = ReturnType<typeof stage>;

/** The source over a logind at which these people are logged in. */
function stage(t: TestContext, wanted: UserBlocker | null, people: readonly string[]) {
  const clock = new ManualClock();
  const listening = new AbortController();
  t.after(() => listening.abort());
  const calls: string[] = [];
  const told: string[] = [];
  const session = (at: number): BusAnswer => {
    const all = { Class: 'user', State: 'active', TTY: `pts/${at}`, Timestamp: (1_764_194_400 + at) * 1_000_000 };
    return { is: 'answered', data: [Object.fromEntries(Object.entries(all).map(([name, data]) => [name, { data }]))] };
  };
  const bus: Bus = {
    async call({ method, object }) {
      calls.push(method);
      if (at.down) return { is: 'no-answer', why: 'the connection ended' };
      if (method === 'GetAll') return session(Number(object));
      return { is: 'answered', data: [at.people.map((user, index) => [user, 1000, user, '', String(index + 1)])] };
    },
    property: async () => ({ is: 'no-answer', why: 'nobody asks' }),
  };
  const source = usersSource({
    bus,
    clock,
    settings: () => at.wanted,
    tell: (text) => void told.push(text),
    folder: ownFolder(t),
  });
  const at = {
    clock,
    source,
    calls,
    told,
    people,
    wanted,
    down: false,
    need: 1,
    hints: 0,
    /** A question of the daemon, to which all others said this. */
    async round(others: Permission): Promise<Permission> {
      const answer = await source.ask(never, at.need);
      source.heard?.(others);
      return answer;
    },
  };
  source.watch(() => {
    at.hints += 1;
  }, listening.signal);
  return at;
}
