import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultName } from './faults.ts';
import { simulate } from './simulate.ts';

const timeout = 120_000;

/** What happened where this fault alone strikes, often. */
async function timelineOf(fault: FaultName, seed = 5): Promise<readonly string[]> {
  const plan = { seed, nodes: 3, concurrency: 1, duration: 3 * 3_600_000, rates: { [fault]: 0.3 }, only: null };
  const { broken, timeline } = await simulate(plan);
  assert.equal(broken, null);
  return timeline;
}

/** For each line that has this form: its first part in brackets, and the lines after it. */
function after(lines: readonly string[], form: RegExp): readonly (readonly [string, readonly string[]])[] {
  return lines.flatMap((line, at) => {
    const named = form.exec(line)?.[1];
    return named === undefined ? [] : [[named, lines.slice(at + 1)] as const];
  });
}

test('a write over which its process is killed lands when the next process has started', { timeout }, async () => {
  const kills = after(await timelineOf('dies-over-write'), /: kill over (\S+),/);
  const landed = kills.flatMap(([place, lines]) => {
    const at = lines.findIndex((line) => line.includes(`  ${place}: `));
    const node = place.slice(0, place.indexOf('/'));
    return at === -1 ? [] : [lines.slice(0, at).some((line) => line.endsWith(`  ${node}: its service starts`))];
  });
  assert.ok(landed.length > 3, `${landed.length} of ${kills.length} landed`);
  assert.ok(!landed.includes(false));
});

test('a claim is taken away from a machine between two boots, and its next one finds the mark alone', {
  timeout,
}, async () => {
  const taken = after(await timelineOf('forced-away'), /an admin: takes the claim of (\S+) away/);
  const foundMark = taken.filter(([node, lines]) => {
    const recovery = lines.find((line) => line.includes(`  ${node}/`) && line.includes('recovery goes on by row'));
    return recovery?.endsWith('row 4 of its table') === true;
  });
  assert.ok(foundMark.length > 3, `${foundMark.length} of ${taken.length}`);
});

test('who cordons a marked node anew keeps the cordon when the mark goes', { timeout }, async () => {
  const cordons = after(await timelineOf('cordoned-anew', 3), /admin: Node (\S+): cordoned, mark/);
  const kept = cordons.filter(([node, lines]) => {
    const next = lines.find((line) => line.includes(`  ${node}/`) && / mark/.test(line) && line.includes(': Node '));
    return next?.includes(`: Node ${node}: cordoned, no mark`) === true;
  });
  assert.ok(kept.length > 3, `${kept.length} of ${cordons.length}`);
});
