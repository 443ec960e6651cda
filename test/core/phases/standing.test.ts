import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSettings } from '../../../src/config/accept.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import { wallText } from '../../../src/core/now.ts';
import { decisionSettings } from '../../../src/core/phases/decision-settings.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Phase } from '../../../src/core/phases/state.ts';
import { type Reason, reason } from '../../../src/core/reasons.ts';
import { inProgressAnnotation, standingAnnotation } from '../../../src/core/standing.ts';
import { statusOf } from '../../../src/core/status.ts';
import { wall } from '../lease/samples.ts';
import { afterBoot, everyState } from './every-state.ts';
import { play } from './play.ts';
import { busyPool, claim, everyMark, moment, moments, ownNode, restored, type Setting, sample } from './samples.ts';
import { lost, node } from './server.ts';
import { effectWord } from './words.ts';

const settings = { node: everyMark };
const idle: Phase = { name: 'idle' };
const waiting: Phase = { name: 'waiting', poll: 'no', notBefore: 0 };
const queued: Phase = { name: 'queued', leaving: null };
const inDelay: Phase = { ...restored, releaseAt: moment + 60_000 };
const key = 'example.com/reboot';

/** Everything that stands while a node waits. */
const standing: Partial<NodeSnapshot> = {
  taints: [{ key, effect: 'PreferNoSchedule' }],
  annotations: {
    [inProgressAnnotation]: '2026-01-01T00:00:00Z',
    [standingAnnotation]: JSON.stringify({ taint: key, since: '2026-01-01T00:00:00Z' }),
  },
};

/** Which way the first decision changes it. */
function decided(phase: Phase, of: Setting): 'on' | 'off' | 'nothing' {
  const patch = sample(phase, { settings, ...of }).pending.get('node');
  if (patch === undefined) return 'nothing';
  assert.ok(patch.do === 'patch-node');
  assert.equal(patch.purpose, 'standing');
  return patch.patch.annotations[inProgressAnnotation] === null ? 'off' : 'on';
}

const refused = (...codes: Reason[]) => ({
  answer: { is: 'refused', reasons: codes } as const,
  askedAt: moment - 1_000,
});
const alerts = reason('alerts-active', { server: 's', count: '1', alerts: 'a' });
const closed = reason('window-closed', { opens: 'tomorrow' });
const unknownNeed = { is: 'unknown', reason: reason('need-unknown', { source: 's', why: 'w' }) } as const;

describe('what stands on the Node while it waits', () => {
  const table: readonly [string, Phase, Setting, 'on' | 'off' | 'nothing'][] = [
    ['is set while the node waits for its turn', queued, { record: busyPool }, 'on'],
    ['is set at once, beside the question for its turn', waiting, {}, 'on'],
    ['is set while a blocker refuses', waiting, { facts: { permission: refused(alerts) } }, 'on'],
    ['is not set outside the windows', waiting, { facts: { permission: refused(alerts, closed) } }, 'nothing'],
    ['goes when the window closes', waiting, { node: standing, facts: { permission: refused(closed) } }, 'off'],
    ['is not set before permission was asked', waiting, { facts: { permission: null } }, 'nothing'],
    ['stays while permission is asked again', waiting, { node: standing, facts: { permission: null } }, 'nothing'],
    ['goes when no reboot is needed', idle, { node: standing, facts: { need: { is: 'no' } } }, 'off'],
    ['stays while nobody can tell what is needed', idle, { node: standing, facts: { need: unknownNeed } }, 'nothing'],
    [
      'goes after the restore, in the delay before the release',
      inDelay,
      {
        entry: { ...afterBoot.entry, releaseAfter: wallText(wall + moment + 60_000) },
        settings: { ...settings, releaseDelay: 60_000 },
        node: standing,
        facts: { need: { is: 'no' } },
      },
      'off',
    ],
    ['is not touched while the API server is away', queued, { record: busyPool, ...away() }, 'nothing'],
  ];
  for (const [what, phase, of, way] of table) it(what, () => assert.equal(decided(phase, of), way));

  it('is never in the way: while another PATCH is under way it waits', () => {
    const { state, pending } = sample(queued, { settings, record: busyPool, facts: { busy: busyNode() } });
    assert.equal(pending.size, 0);
    assert.equal(state.phase.name, 'queued');
  });

  it('that is refused says so in why, holds up no claim, and is tried again ten minutes later', () => {
    const from = sample(queued, { settings, record: busyPool });
    const no: Event = { on: 'node-patched', base: 'uid-n1/50', result: { is: 'refused', reason: lost } };
    const told = play(from, [no, 1]);
    assert.deepEqual([told.effects, told.state.facts.node.notBefore], [[], 0]);
    assert.equal(statusOf(told.state, moments.later(1)).unwritten?.code, 'api-unavailable');
    assert.deepEqual(play(from, [no, 1], [{ on: 'time' }, 599_000]).did.includes('patch-node'), false);
    assert.deepEqual(
      play(from, [no, 1], [{ on: 'time' }, 600_001])
        .effects.map(effectWord)
        .at(-1),
      'node:standing',
    );
  });

  it('is decided again on what was read when somebody else wrote the Node first', () => {
    const from = sample(queued, { settings, record: busyPool });
    const conflict: Event = { on: 'node-patched', base: 'uid-n1/50', result: { is: 'conflict' } };
    const read: Event = { on: 'node-read', result: { is: 'found', object: { ...ownNode({}), resourceVersion: '51' } } };
    const { effects } = play(from, [conflict, 1], [read, 2]);
    assert.deepEqual(effects.map(effectWord), ['read-node', 'node:standing']);
    assert.equal(patchIn(effects)?.resourceVersion, '51');
  });

  it('without an answer is settled also when by now nobody can tell what is wanted', () => {
    const from = sample(idle, { settings, node: standing, facts: { need: { is: 'no' } } });
    const unknown: Event = { on: 'node-patched', base: 'uid-n1/50', result: { is: 'unknown', reason: lost } };
    const read: Event = { on: 'node-read', result: { is: 'found', object: node(standing) } };
    const { effects } = play(
      from,
      [unknown, 1],
      [{ on: 'need', answer: unknownNeed }, 2],
      [{ on: 'time' }, 60_000],
      [read, 60_001],
    );
    assert.deepEqual(effects.map(effectWord), ['read-node', 'node:settle']);
  });

  it('goes from a node that only observes, which leaves alone what kured has set', () => {
    const observes = { settings: { ...settings, observe: true }, facts: { need: { is: 'no' } } } as const;
    assert.equal(decided(idle, { ...observes, node: standing }), 'off');
    const kureds = { ...standing, annotations: { [inProgressAnnotation]: '2026-01-01T00:00:00Z' } };
    assert.equal(decided(idle, { ...observes, node: kureds }), 'nothing');
    assert.equal(decided(waiting, { settings: { ...settings, observe: true } }), 'nothing');
  });

  it('without an answer is settled, in a node that needs nothing too', () => {
    const from = sample(idle, { settings, node: standing, facts: { need: { is: 'no' } } });
    const unknown: Event = { on: 'node-patched', base: 'uid-n1/50', result: { is: 'unknown', reason: lost } };
    const read: Event = { on: 'node-read', result: { is: 'found', object: node(standing) } };
    const { effects } = play(from, [unknown, 1], [{ on: 'time' }, 60_000], [read, 60_001]);
    assert.deepEqual(effects.map(effectWord), ['read-node', 'node:settle']);
  });
});

describe('the wait for load balancers', () => {
  const { node: usual, drain, ...rest } = defaultSettings();
  const delay = (excludeFromLoadBalancers: boolean, ms: number | null, ofDrain: number | null) => {
    const of = { ...usual, excludeFromLoadBalancers, loadBalancerDelay: ms };
    return decisionSettings({ ...rest, node: of, drain: { ...drain, delay: ofDrain } }).evictionDelay;
  };

  it('is the longer one of it and the delay of the drain, and none where nothing is excluded', () => {
    assert.deepEqual(
      [delay(true, 30_000, null), delay(true, 30_000, 60_000), delay(true, 60_000, 30_000)],
      [30_000, 60_000, 60_000],
    );
    assert.deepEqual([delay(false, 30_000, null), delay(true, null, null)], [0, 0]);
  });
});

describe('a stop for good', () => {
  const stop: Event = { on: 'stop', meaning: 'stop' };
  const resting = () => sample(idle, { settings, node: standing, facts: { need: unknownNeed } });

  it('takes it off before the service ends', () => {
    const ended = play(resting(), [stop, 1]);
    assert.deepEqual(ended.effects.map(effectWord), ['node:standing']);
    const done: Event = {
      on: 'node-patched',
      base: 'uid-n1/50',
      result: { is: 'written', object: node({ resourceVersion: '51' }) },
    };
    assert.match(play(resting(), [stop, 1], [done, 2]).words, /^stopped/);
  });

  it('ends without it where that is refused or unknown', () => {
    for (const is of ['refused', 'unknown'] as const) {
      const no: Event = { on: 'node-patched', base: 'uid-n1/50', result: { is, reason: lost } };
      assert.match(play(resting(), [stop, 1], [no, 2]).words, /^stopped/);
    }
  });

  it('is the only one that does: a restart leaves it', () => {
    assert.match(play(resting(), [{ on: 'stop', meaning: 'restart' }, 1]).words, /^stopped \| tell:stopping exit/);
  });
});

describe('the cordon and the restore', () => {
  const marksIn = (of: ReturnType<typeof sample>) => {
    const patch = of.pending.get('node');
    return patch?.do === 'patch-node' ? patch.patch : undefined;
  };

  it('carry what is wanted before the drain and after the reboot', () => {
    const cordon = marksIn(sample(everyState().draining.cordon.state.phase, { entry: {}, settings }));
    assert.deepEqual(cordon?.labels, {
      during: 'yes',
      'node.kubernetes.io/exclude-from-external-load-balancers': 'true',
    });
    assert.ok(cordon?.unschedulable === true && cordon.annotations['example.com/during'] === 'yes');
    assert.ok(inProgressAnnotation in cordon.annotations, 'kured says that it is at it');
    const restoring = {
      name: 'restoring',
      claim,
      handled: '{}',
      rebooted: true,
      nonce: null,
      restored: false,
      releaseAt: null,
    } as const;
    const restore = marksIn(sample(restoring, { ...afterBoot, settings }));
    assert.deepEqual(restore?.labels, { afterwards: 'yes' });
  });

  it('say nothing of a reboot where none was', () => {
    const { phase } = everyState()['backing-out'].restore.state;
    const restore = marksIn(
      sample(phase, { entry: { phase: 'backing-out' }, cordoned: true, settings, node: standing }),
    );
    assert.equal(restore?.labels, undefined);
    assert.ok(restore !== undefined && !(inProgressAnnotation in restore.annotations));
  });
});

function patchIn(effects: readonly Effect[]) {
  const patch = effects.find((effect) => effect.do === 'patch-node');
  return patch?.do === 'patch-node' ? patch.patch : undefined;
}

function away(): Setting {
  const { state } = sample(queued, { record: busyPool });
  return { facts: { node: { ...state.facts.node, watch: 'broken', current: false } } };
}

function busyNode() {
  return { ...sample(queued, { record: busyPool }).state.facts.busy, node: true };
}
