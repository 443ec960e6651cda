import assert from 'node:assert/strict';
import type { Now } from '../../../src/core/now.ts';
import type { Transition } from '../../../src/core/phases/transition.ts';
import type { Past } from './judge-past.ts';
import type { Around } from './world-parts.ts';

/** What holds for every decision: one effect a lane, a wait that ends, and nothing begun before what has to come before it. */
export function judgeDecision(world: Around, past: Past, after: Transition, now: Now): void {
  lanes(world, after);
  waits(world, after, now);
  doubts(world, past, after, now);
  hooks(past, after);
  fences(past, after);
  delays(world, past, after, now);
  observes(world, past, after);
}

/** Nothing else is waited for while a write may still land. */
function doubts(world: Around, past: Past, { state, effects, wakeAt }: Transition, now: Now): void {
  if (past.told.doubt === null || state.phase.name === 'stopped' || state.phase.name === 'recovering') return;
  const busy = (world.process?.flights.size ?? 0) > 0 || effects.some((effect) => 'lane' in effect);
  const soon = wakeAt !== null && wakeAt - now.mono <= 31_000;
  assert.ok(busy || soon, `${state.phase.name} rests while a write of ours may still land`);
}

function lanes(world: Around, after: Transition): void {
  const busy = new Set(world.process?.flights.keys());
  for (const effect of after.effects) {
    if (!('lane' in effect)) continue;
    assert.ok(!busy.has(effect.lane), `a second effect of the lane ${effect.lane} (${effect.do})`);
    busy.add(effect.lane);
  }
  for (const lane of busy) assert.equal(after.state.facts.busy[lane], true, `the lane ${lane} is known to be busy`);
}

function waits(world: Around, { state, effects, wakeAt }: Transition, now: Now): void {
  if (state.phase.name === 'stopped') return;
  assert.ok(wakeAt === null || wakeAt > now.mono, `${state.phase.name} wants to be woken in the past, without end`);
  const underWay = (world.process?.flights.size ?? 0) > 0 || effects.some((effect) => 'lane' in effect);
  const listing = state.facts.node.watch !== 'running' || state.facts.node.seen.is !== 'node';
  assert.ok(wakeAt !== null || underWay || listing, `${state.phase.name} waits for nothing (${state.waits.code})`);
}

/** A node that only observes begins nothing: it undoes what is left of a claim, or sees a reboot to its end. */
function observes(world: Around, past: Past, { effects }: Transition): void {
  if (!world.observes) return;
  past.counts.observed += 1;
  for (const effect of effects) {
    const before = effect.do === 'run-hooks' && effect.call.phase !== 'after-boot';
    const word = 'purpose' in effect ? effect.purpose : before ? 'hooks' : effect.do;
    assert.ok(!begins.includes(word), `${word} by a node that only observes`);
  }
}

/** Nothing is cordoned, and no first fence of a process written, before the hooks that come before it have succeeded. */
function hooks(past: Past, { effects }: Transition): void {
  const { hooked } = past.told;
  const entry = past.told.own();
  for (const effect of effects) {
    if (effect.do === 'patch-node' && effect.purpose === 'cordon')
      assert.equal(hooked['before-drain'], entry?.claim, 'hooks before the drain');
    if (effect.do === 'write-lease' && effect.purpose === 'fence' && entry?.phase === 'draining')
      assert.equal(hooked['before-reboot'], entry.claim, 'hooks before the reboot');
  }
}

/** What takes pods is not fenced: pods came since the drain was seen to end. */
function fences({ told }: Past, { effects }: Transition): void {
  for (const effect of effects)
    if (effect.do === 'write-lease' && effect.purpose === 'fence')
      assert.notEqual(told.node?.unschedulable, false, 'a node that is fenced is cordoned');
}

/** No pod is evicted, and no first fence of a process written, before the time that the admin gave has passed. */
function delays(world: Around, past: Past, { effects }: Transition, now: Now): void {
  const { evictionDelay, rebootDelay } = world.model.settings;
  const { marked, markedAt, drainedAt } = past.told;
  const entry = past.told.own();
  if (entry?.phase !== 'draining') return;
  for (const effect of effects) {
    if (effect.do === 'drain') {
      assert.equal(marked, entry.claim, 'the mark is seen before the first eviction');
      assert.ok(now.mono - markedAt >= evictionDelay, 'the delay between cordon and eviction');
    }
    if (effect.do === 'write-lease' && effect.purpose === 'fence')
      assert.ok(now.mono - drainedAt >= rebootDelay, 'the delay between the last pod and the reboot');
  }
}

const begins: readonly string[] = [
  'join',
  'update-place',
  'claim',
  'fence',
  'cordon',
  'mark',
  'hooks',
  'drain',
  'announce-reboot',
  'reboot',
];
