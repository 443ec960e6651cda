import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lane } from '../../../src/core/phases/effect.ts';
import { type Fate, lanes } from './actions.ts';
import { LawJudge } from './judge.ts';
import { noCounts } from './judge-counts.ts';
import { goTo, type Reach } from './reach.ts';
import { settings } from './samples.ts';
import { World } from './world.ts';

/** What fails for ever in an otherwise sound world is tried with distance, for as long as it takes, and nothing loops. */
const fates: readonly Fate[] = ['fails', 'lost', 'lost-but-done', 'lost-and-late'];
const twentyMinutes = 1_200_000;

const reaches: readonly Reach[] = ['start', 'claim', 'drain', 'fence', 'call', 'boot'];

describe('what fails for ever is tried with distance', () => {
  for (const lane of lanes) {
    for (const reach of reaches) {
      it(`${lane}, from the ${reach} on`, () => {
        for (const [fate, restarted] of fates.flatMap((one) => [[one, false] as const, [one, true] as const])) {
          for (const rebootMethod of ['logind', 'command'] as const) {
            const all = { ...settings, rebootMethod, attempts: 10 };
            const world = new World({ settings: all, needStays: true }, new LawJudge(noCounts()));
            world.act({ do: 'need', is: 'new' });
            goTo(world, reach);
            if (restarted) restart(world);
            const { rounds, tries } = twentyMinutesOf(world, lane, fate);
            assert.ok(rounds < 2_000, `${fate}, ${rebootMethod}: ${rounds} events in twenty minutes`);
            assert.ok(tries <= 300, `${fate}, ${rebootMethod}: ${tries} tries in twenty minutes`);
          }
        }
      });
    }
  }
});

/** The service is killed, with a call of the reboot that comes to nothing, and started again. */
function restart(world: World): void {
  world.serve('reboot', 'lost');
  world.crash();
  world.start();
}

/** No call of the reboot has an effect, so that what follows it is seen as well. */
function twentyMinutesOf(world: World, lane: Lane, fate: Fate): { readonly rounds: number; readonly tries: number } {
  const until = world.mono + twentyMinutes;
  let rounds = 0;
  let tries = 0;
  for (; world.mono < until && rounds < 2_000; rounds += 1) {
    world.serve('reboot', 'lost');
    if (world.process?.flights.get(lane)?.answer === null) {
      world.serve(lane, fate);
      tries += 1;
    }
    if (!world.goOn()) world.pass(until);
  }
  return { rounds, tries };
}
