import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rebootMethods } from '../../../src/core/reboot-method.ts';
import { type Action, anyAction, type OthersDeed } from './actions.ts';
import { needAnswer } from './answers.ts';
import { atRest } from './at-rest.ts';
import { LawJudge } from './judge.ts';
import { type Counts, noCounts } from './judge-counts.ts';
import { goTo, type Reach } from './reach.ts';
import { everyMark, settings } from './samples.ts';
import { World } from './world.ts';

/**
 * One node with everything around it as plain values, and thousands of random sequences of events, faults and persons' acts.
 * Each decision is judged as it is taken, each write as it takes effect. At the end the faults end, and it has to come to rest.
 */

/** None, one that is over between two looks at permission, and one that is not. */
const anyDelay = fc.constantFrom(0, 30_000, 300_000);

const anyModel = fc.record({
  settings: fc.record({
    rebootMethod: fc.constantFrom(...rebootMethods, 'logind', 'soft-reboot'),
    drainTimeout: fc.constantFrom<number | null>(1_800_000, 1_800_000, null),
    onDrainTimeout: fc.constantFrom<'back-out' | 'reboot'>('back-out', 'reboot', 'reboot'),
    evictionDelay: anyDelay,
    rebootDelay: anyDelay,
    releaseDelay: anyDelay,
    attempts: fc.constantFrom(1, 3),
    node: fc.constantFrom(settings.node, everyMark),
    takeOverAfter: fc.constantFrom(null, null, 7_200_000),
  }),
  needStays: fc.boolean(),
});

const anyReach = fc.constantFrom<Reach>(
  'start',
  'start',
  'claim',
  'drain',
  'time-over',
  'time-over',
  'time-over',
  'fence',
  'call',
  'boot',
  'lost-holder',
);

test('over any sequence of events, faults and acts of persons the laws hold, and afterwards the node comes to rest', () => {
  const counts = noCounts();
  fc.assert(
    fc.property(
      anyModel,
      anyReach,
      fc.array(anyAction, { minLength: 5, maxLength: 60, size: 'max' }),
      (model, reach, actions) => {
        const world = new World({ ...model, settings: { ...settings, ...model.settings } }, new LawJudge(counts));
        world.act({ do: 'need', is: 'new' });
        goTo(world, reach);
        for (const action of actions) play(world, action);
        assert.ok(comesToRest(world), `does not come to rest: ${JSON.stringify(world.process?.state.phase)}`);
      },
    ),
    { numRuns: 3_000 },
  );
  assertLively(counts);
});

const anothersHand: readonly OthersDeed[] = ['takes-over', 'forges', 'forges-claim'];

function play(world: World, action: Action) {
  // A take-over is a hand's act to the node it befalls: it may be down at that moment.
  const byHand = action.do === 'person' || (action.do === 'other' && anothersHand.includes(action.deed));
  if (!byHand) return world.act(action);
  (world.judge as LawJudge).past.hand(world, () => world.act(action));
}

/** The faults end: the API server answers, the pool is open, the kubelet reports each boot, a reboot that is asked for happens. */
function comesToRest(world: World): boolean {
  world.land();
  world.forgetLate();
  for (const deed of ['create-lease', 'mend-lease', 'resume', 'unhold', 'register-node'] as const)
    play(world, { do: 'person', deed });
  for (const deed of ['releases', 'leaves'] as const) world.act({ do: 'other', deed });
  if (world.permission !== 'allowed') world.act({ do: 'permission', is: 'allowed' });
  // An answer of before is heard; the look at the sentinels once a minute tells what is true by now.
  world.act({ do: 'deliver', lane: 'permission' });
  if (world.need === 'unknown') world.act({ do: 'need', is: 'none' });
  else world.tell({ on: 'need', answer: needAnswer(world) });
  for (let round = 0; round < mostRounds; round += 1) {
    if (atRest(world, (world.judge as LawJudge).past.markByHand)) return true;
    if (!hasReported(world)) world.act({ do: 'kubelet', ready: true });
    world.goOn();
  }
  return false;
}

function hasReported({ server: { node }, boot, began }: World): boolean {
  return node?.bootID === boot.id && node.ready === 'True' && (node.readyHeartbeat ?? 0) > began;
}

const mostRounds = 400;

/** A run in which nothing of note happened would prove nothing. */
function assertLively(counts: Counts): void {
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 100, `only ${count} ${what}`);
}
