/**
 * `make soak`: reboot cycles over three guests while things fail at random moments, until one is not as it must be.
 *
 * CYCLES=500 (a guest's need from sentinel to free Lease; a round is one of each guest), MINUTES=… ends earlier, SEED=… and
 * ROUND=… (the first one) repeat what an earlier soak printed.
 */
import { randomInt } from 'node:crypto';
import { available } from '../cluster/available.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import { eachSuite } from './guest-pool.ts';
import { Soak } from './soak.ts';
import { figuresText } from './soak-figures.ts';

const reason = available() ?? canMakeGuests() ?? canRunBundle();
if (reason !== null) {
  console.error(`soak: ${reason}`);
  process.exit(69);
}
const { CYCLES = '500', MINUTES = 'Infinity', SEED = String(randomInt(1 << 30)), ROUND = '1' } = process.env;
const rounds = Math.ceil(Number(CYCLES) / eachSuite.length);
const deadline = performance.now() + Number(MINUTES) * 60_000;
console.log(`soak: ${rounds * eachSuite.length} cycles in ${rounds} rounds, SEED=${SEED}`);

await using cluster = await startControlPlane();
await using soak = await Soak.begin(cluster, Number(SEED));
try {
  const last = Number(ROUND) + rounds - 1;
  for (let round = Number(ROUND); round <= last && performance.now() < deadline; round += 1) {
    const began = `SEED=${SEED} ROUND=${round} CYCLES=1 make soak`;
    console.log(await soak.round(round).catch((error) => Promise.reject(new Error(`${began}: ${error.message}`))));
    // Who ends it half-way has the figures of most of it.
    if (round % 25 === 0 && round < last) console.log(figuresText(await soak.figures()));
  }
} finally {
  console.log(figuresText(await soak.figures()));
}
