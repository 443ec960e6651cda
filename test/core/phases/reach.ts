import assert from 'node:assert/strict';
import type { World } from './world.ts';

/** How far the world goes without a fault before anything happens to it. */
export type Reach = 'start' | 'claim' | 'drain' | 'time-over' | 'fence' | 'call' | 'boot' | 'lost-holder';

/** Goes on until that is reached; a world without faults always gets there. */
export function goTo(world: World, reach: Reach): void {
  if (reach === 'lost-holder') loseHolder(world);
  const reached: Readonly<Record<Reach, () => boolean>> = {
    start: () => true,
    'lost-holder': () => (world.process?.state.facts.holders[0]?.goneSince ?? null) !== null,
    claim: () => purpose(world) === 'claim',
    drain: () => world.process?.flights.has('drain') === true,
    'time-over': () => world.process?.flights.has('drain') === true,
    fence: () => purpose(world) === 'fence',
    call: () => world.process?.flights.has('reboot') === true,
    boot: () => world.boot.id !== 'boot-0' || world.boot.soft > 0,
  };
  for (let round = 0; round < mostRounds && !reached[reach](); round += 1) world.goOn();
  assert.ok(reached[reach](), `a world without faults gets to the ${reach}`);
  if (reach === 'lost-holder') world.pass(nearlyLost);
  if (reach !== 'time-over') return;
  world.act({ do: 'pod-left' });
  world.pass(world.model.settings.drainTimeout ?? 0);
}

/** Another node holds the Lease, and its Node is deleted. */
function loseHolder(world: World): void {
  world.act({ do: 'other', deed: 'claims' });
  world.act({ do: 'person', deed: 'delete-peer' });
}

/** A minute is left of the quarter of an hour. */
const nearlyLost = 840_000;

/** Delays are told of every ten seconds. */
const mostRounds = 150;

function purpose(world: World): string {
  const effect = world.process?.flights.get('lease')?.effect;
  return effect?.do === 'write-lease' ? effect.purpose : '';
}
