import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { allPermissions } from '../../src/core/permission.ts';
import { reason } from '../../src/core/reasons.ts';
import type { ShutdownLook } from '../../src/core/shutdown.ts';
import { shutdownSource } from '../../src/daemon/shutdown-source.ts';
import { inhibitorSource } from '../../src/systemd/logind.ts';
import { usersSource } from '../../src/systemd/users.ts';
import { ManualClock } from '../fakes/clock.ts';
import { fakeBus, refuses, waiting } from '../systemd/fake-programs.ts';

const source = (look: ShutdownLook) =>
  shutdownSource({ lookAtShutdown: async () => look, watchShutdown: () => undefined });
const notTold: ShutdownLook = { is: 'unknown', reason: reason('shutdown-unknown', { why: 'logind: no answer' }) };

describe('what systemd is about to do anyway', () => {
  const rows: readonly (readonly [look: ShutdownLook, is: string, passing: boolean | undefined])[] = [
    [{ is: 'none' }, 'allowed', undefined],
    [{ is: 'under-way', what: 'reboot.target is being started' }, 'refused', undefined],
    [{ is: 'scheduled', what: 'reboot', at: 0 }, 'refused', undefined],
    [notTold, 'unknown', true],
  ];
  for (const [look, is, passing] of rows) {
    it(`is ${is} where it is ${look.is}`, async () => {
      const answer = await source(look).ask(waiting);
      assert.deepEqual([answer.is, answer.is === 'allowed' ? undefined : answer.passing], [is, passing]);
    });
  }

  it('passes together with all else that asks a bus that is being upgraded, so that a drain waits for it', async (t: TestContext) => {
    const clock = new ManualClock();
    const gone = refuses('Failed to connect to bus: Connection refused');
    const { bus } = fakeBus(t, { ListInhibitors: gone, ListSessions: gone });
    const users = usersSource({
      bus,
      clock,
      settings: () => ({ ignore: [], wait: null, broadcast: null }),
      tell: () => {},
    });
    const sources = [users, inhibitorSource(bus, clock), source(notTold)];
    const all = allPermissions(await Promise.all(sources.map((one) => one.ask(waiting))));
    assert.deepEqual([all.is, all.is === 'unknown' && all.passing], ['unknown', true]);
  });
});
