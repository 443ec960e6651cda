import { describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import { Soak } from './soak.ts';
import { figuresText } from './soak-figures.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

/** A seed whose first seven rounds have a fault of every kind. */
const seed = 150;
const rounds = 7;

describe('three guests that reboot round after round', { skip, timeout: 900_000 }, () => {
  it('meet every need, one at a time, whenever power, service and API server fail (make soak for longer)', async (t) => {
    await using cluster = await startControlPlane();
    await using soak = await Soak.begin(cluster, seed);
    for (let round = 1; round <= rounds; round += 1) t.diagnostic(await soak.round(round));
    t.diagnostic(figuresText(await soak.figures()));
  });
});
