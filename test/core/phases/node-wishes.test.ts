import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noteHandled } from '../../../src/core/handled.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { statusOf } from '../../../src/core/status.ts';
import { everyState } from './every-state.ts';
import { play } from './play.ts';
import { moments, type Sample, type Setting, sample } from './samples.ts';
import { lost, node } from './server.ts';

const idle = (of: Setting = {}) => sample({ name: 'idle' }, { facts: { need: { is: 'no' } }, ...of });
const saw = (annotations: NodeSnapshot['annotations'], resourceVersion = '60'): Event => ({
  on: 'node-watch',
  told: { is: 'changed', object: node({ annotations, resourceVersion }) },
});
const requested = (value: string) => ({ [requestAnnotation]: value });
const handledNeed = (fingerprint: string) =>
  noteHandled(null, { fingerprint, reasons: ['x'] }, 'boot-before', moments.now);

describe('a node that a person holds', () => {
  for (const way of ['claim', 'join'] as const)
    it(`gives back what it was asking for when that lands after the hold (${way})`, () => {
      const from = everyState().waiting[way];
      const held = play(from, ['node-watch held', 1]);
      assert.match(held.words, /^waiting \|.*\| held$/);
      const landed = play(from, ['node-watch held', 1], ['lease-written written', 2]);
      assert.match(landed.words, way === 'claim' ? /^backing-out\// : /^queued\/leaving \|.*lease:leave/);
    });

  it('shows the hold first among the reasons, with its remedy', () => {
    const { state } = play(everyState().waiting.permission, ['node-watch held', 1], ['permission refused', 2]);
    const { permission } = statusOf(state, moments.later(2));
    assert.equal(permission.answer, 'refused');
    assert.deepEqual(
      permission.reasons.map(({ code }) => code),
      ['held', 'blocked'],
    );
    assert.match(permission.reasons[0]?.remedy ?? '', /kured-host unhold/);
  });

  it('goes on at once when the hold ends', () => {
    const { state } = everyState().waiting.no;
    assert.ok(state.facts.node.seen.is === 'node');
    const free = state.facts.node.seen.node.annotations;
    const from = everyState().waiting.no;
    const on = play(from, ['node-watch held', 1], [saw(free, '61'), 2]);
    assert.match(on.words, /^waiting \|.*\| asking-turn$/);
  });

  it('is held as last seen while the API server is away', () => {
    const broken: Event = { on: 'node-watch', told: { is: 'broken', reason: lost } };
    const { state } = play(everyState().waiting.no, ['node-watch held', 1], [broken, 2]);
    assert.equal(state.waits.code, 'held');
  });
});

describe('a reboot that is requested on the Node', () => {
  it('is a need of its own; taken back before anything is claimed it is gone', () => {
    const from = idle();
    const asked = play(from, [saw(requested('firmware')), 1]);
    assert.equal(asked.state.phase.name, 'waiting');
    const { need } = statusOf(asked.state, moments.later(1));
    assert.deepEqual(need, { required: 'yes', text: 'request: firmware' });
    const cancelled = play(from, [saw(requested('firmware')), 1], [saw({}, '61'), 2]);
    assert.equal(cancelled.state.phase.name, 'idle');
  });

  it('is one reboot: the same value is met already, another one is another need', () => {
    const handled = handledNeed('file:1+request:firmware');
    const annotations = idle({ handled }).state.facts.node;
    assert.ok(annotations.seen.is === 'node');
    const again = (value: string) =>
      play(idle({ handled }), [
        saw({ ...(annotations.seen.is === 'node' ? annotations.seen.node.annotations : {}), ...requested(value) }),
        1,
      ]).state;
    assert.deepEqual([again('firmware').phase.name, again('firmware').waits.code], ['idle', 'need-handled']);
    assert.equal(again('firmware, again').phase.name, 'waiting');
  });

  it('is taken off the Node by the restore after the boot that met it, and only then', () => {
    const met = JSON.stringify(handledNeed('file:1+request:firmware'));
    assert.equal(restored(met, requested('firmware'))?.[requestAnnotation], null);
    const other = restored(met, requested('firmware of the disks'));
    assert.ok(other !== undefined && !(requestAnnotation in other), 'one that came meanwhile stays');
    const none = restored(null, requested('firmware'));
    assert.ok(none !== undefined && !(requestAnnotation in none), 'without a proven boot nothing was met');
  });
});

/** The annotations of the restore PATCH. */
function restored(
  handled: string | null,
  annotations: NodeSnapshot['annotations'],
): Readonly<Record<string, string | null>> | undefined {
  const phase = {
    name: 'restoring',
    claim: null,
    handled,
    rebooted: handled !== null,
    nonce: null,
    restored: false,
    releaseAt: null,
  } as const;
  const { pending }: Sample = sample(phase, { node: { annotations } });
  const patch: Effect | undefined = pending.get('node');
  return patch?.do === 'patch-node' ? patch.patch.annotations : undefined;
}

/** A hold says nothing of what is behind the fence. */
describe('a hold behind the fence', () => {
  it('leaves a reboot that was asked for as it is', () => {
    const { asked } = everyState().rebooting;
    const annotations = { [holdAnnotation]: 'too late' };
    assert.equal(play(asked, [saw(annotations), 1]).state.phase.name, 'rebooting');
  });
});
