import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { watchFolder } from '../../src/systemd/watch-folder.ts';
import { ManualClock } from '../fakes/clock.ts';
import { until } from '../http/server.ts';
import { ownFolder } from './folder.ts';

function watched(t: TestContext, folder: string) {
  const clock = new ManualClock();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const hints: number[] = [];
  watchFolder(folder, () => hints.push(clock.mono()), clock, stop.signal);
  /** Resolves when a change was noticed, which sets a timer. */
  const noticed = () => until(() => clock.untilNext() !== null);
  return { clock, stop, hints, noticed };
}

test('a lock that comes, and one that ends, gives a hint', { timeout: 20_000 }, async (t) => {
  const folder = ownFolder(t);
  const { clock, hints, noticed } = watched(t, folder);
  writeFileSync(join(folder, '1'), 'WHAT=shutdown');
  await noticed();
  await clock.advance(1_000);
  assert.equal(hints.length, 1);
  rmSync(join(folder, '1'));
  await noticed();
  await clock.advance(10_000);
  assert.equal(hints.length, 2);
});

test('however often they come and go, a hint comes once in five seconds', { timeout: 20_000 }, async (t) => {
  const folder = ownFolder(t);
  const { clock, hints, noticed } = watched(t, folder);
  for (let times = 0; times < 5; times += 1) {
    writeFileSync(join(folder, String(times)), '');
    await noticed();
    await clock.advance(200);
  }
  assert.equal(hints.length, 1);
  await clock.advance(5_000);
  assert.equal(hints.length, 2);
});

test('a folder that is not there yet is watched within a minute', { timeout: 20_000 }, async (t) => {
  const folder = join(ownFolder(t), 'inhibit');
  const { clock, hints, noticed } = watched(t, folder);
  await clock.advance(30_000);
  mkdirSync(folder);
  await clock.advance(30_000);
  writeFileSync(join(folder, '1'), '');
  await noticed();
  await clock.advance(200);
  assert.equal(hints.length, 1);
});

test('nothing is told, and nothing is left, after the end', { timeout: 20_000 }, async (t) => {
  const folder = ownFolder(t);
  const { clock, stop, hints, noticed } = watched(t, folder);
  writeFileSync(join(folder, '1'), '');
  await noticed();
  stop.abort();
  await clock.advance(60_000);
  assert.deepEqual([hints.length, clock.untilNext()], [0, null]);
});
