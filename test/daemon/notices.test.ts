import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Moment } from '../../src/core/phases/effect.ts';
import type { State } from '../../src/core/phases/state.ts';
import { type Reason, reason, reasonSentence } from '../../src/core/reasons.ts';
import { Notices } from '../../src/daemon/notices.ts';
import { createPublisher } from '../../src/daemon/publish.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Notifier, ServiceManager } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';
import { settings } from '../fleet/fleet.ts';
import { silentLog, silentNotifier } from '../fleet/machine.ts';
import { phases, stateOf } from './states.ts';

const hour = 3_600_000;
const { signal } = new AbortController();
const idle = stateOf(phases.idle, reason('no-need'), null);
const queued = stateOf(
  phases.queued,
  reason('not-my-turn', { place: '1', length: '4', lease: 'kured-host', holders: 'node-17 holds it' }),
  null,
);
const restoring: State['phase'] = {
  name: 'restoring',
  claim: 'c',
  handled: '{}',
  rebooted: true,
  nonce: null,
  restored: false,
  releaseAt: null,
};
const lost = (why: Reason): State => ({ ...queued, waits: why });

/** What people are told of a node that has needed a reboot since then; `after`: how long until they are told that it waits. */
function story(after: number | null = 24 * hour) {
  const clock = new ManualClock();
  const told: string[] = [];
  const names: (string | null)[] = [];
  let since: number | null = null;
  const notifier: Notifier = {
    ...silentNotifier,
    tell: ({ moment, node, why }, once) => {
      told.push(`${moment} ${node} ${why} ${once === null ? '' : 'once'}`.trim());
      names.push(once);
    },
  };
  const notices = new Notices({
    notifier,
    clock,
    settings: () => ({ ...settings.notifications, waitingAfter: after }),
    since: () => since,
    signal,
  });
  let last = idle;
  return {
    clock,
    names,
    moment: (moment: Moment) => notices.moment(moment, 'n1'),
    told: (moment: string) => told.filter((line) => line.startsWith(`${moment} `)),
    see(state: State) {
      if (state !== idle && since === null) since = clock.now().wall;
      notices.see(last, state);
      last = state;
    },
  };
}

describe('people', () => {
  for (const [keepsCordon, says] of [
    [false, '; the node takes pods again'],
    [true, '; the node stays cordoned, as the cordon is not ours'],
    [null, ''],
  ] as const) {
    it(`are told of a back-out${says || ' nothing of pods where the Node is not known'}`, () => {
      const { moment, told } = story();
      const back = { keepsCordon, releases: 'pools/web' };
      moment({ what: 'backing-out', reason: reason('need-gone'), back });
      assert.deepEqual(told('drain-failed'), [`drain-failed n1 ${reasonSentence(reason('need-gone'))}${says}`]);
    });
  }

  it('are told that a node needs a person when it begins to, with the reason, and again when it does so again', () => {
    const { see, told } = story();
    see(queued);
    const many = lost(reason('too-many-reboots', { count: '3' }));
    see(many);
    see({ ...many });
    assert.equal(told('stuck').length, 1);
    assert.match(told('stuck')[0] ?? '', /^stuck n1 .*3/);
    see(queued);
    see(many);
    assert.equal(told('stuck').length, 2);
  });

  it('are told that a need waits when its time has come, though nothing happens then', async () => {
    const { see, told, clock } = story();
    see(queued);
    await clock.advance(24 * hour - 1);
    assert.deepEqual(told('waiting'), []);
    await clock.advance(1);
    assert.equal(told('waiting').length, 1);
    assert.match(told('waiting')[0] ?? '', /^waiting n1 .*node-17.* once$/);
  });

  it('are told what it waits for, and not that it is just being asked', async () => {
    const { see, told, clock } = story();
    see(lost(reason('asking-permission')));
    await clock.advance(25 * hour);
    assert.deepEqual(told('waiting'), []);
    see(queued);
    assert.equal(told('waiting').length, 1);
  });

  it('are told of each soft reboot that it is back, though the boot ID stays', () => {
    const { see, names } = story();
    for (const soft of [1, 2]) {
      const restored = stateOf(phases.idle, reason('no-need'), null);
      const me = { ...restored.facts.me, boot: { id: 'b', soft } };
      const booted: State = { ...restored, facts: { ...restored.facts, me } };
      see({ ...booted, phase: restoring });
      see(booted);
    }
    assert.deepEqual(names, ['back b/1', 'back b/2']);
  });

  it('are not told that it waits where that is off, nor of a need that is being met', async () => {
    for (const [after, state] of [
      [null, queued],
      [hour, stateOf(phases.draining, reason('draining'), null)],
    ] as const) {
      const { see, told, clock } = story(after);
      see(state);
      await clock.advance(100 * hour);
      assert.deepEqual(told('waiting'), []);
    }
  });
});

describe('right before a reboot', () => {
  /** Announces it, with a notifier that does not come to an end before `flushed`. */
  function announced(flushed: Promise<void>) {
    const clock = new ManualClock();
    const notices = new Notices({
      notifier: { ...silentNotifier, flush: () => flushed },
      clock,
      settings: () => settings.notifications,
      since: () => null,
      signal,
    });
    const node = { name: 'n1', publish: async () => ({ is: 'written' }) };
    const publisher = createPublisher({
      cluster: { node, tell: async () => ({ is: 'told' }) } as unknown as Cluster,
      clock,
      log: silentLog,
      manager: { status: () => {} } as unknown as ServiceManager,
      tally: { phase: () => {}, moment: () => {} },
      notices,
      signal,
    });
    let over = false;
    void publisher.announce('logind', 'all pods are gone').then(() => {
      over = true;
    });
    return { clock, over: () => over };
  }

  it('receivers that answer are not waited for any longer', async () => {
    const { clock, over } = announced(Promise.resolve());
    await clock.advance(0);
    assert.equal(over(), true);
  });

  it('one that hangs gets two seconds', async () => {
    const { clock, over } = announced(new Promise(() => {}));
    await clock.advance(1_999);
    assert.equal(over(), false);
    await clock.advance(1);
    assert.equal(over(), true);
  });
});
