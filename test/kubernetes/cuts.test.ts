import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cuts } from '../../src/kubernetes/cuts.ts';
import { until } from '../http/server.ts';
import { bookmark, byGet, byList, list, modified, nextTry, type Story, story, thing } from './watch-story.ts';

function after(...silences: readonly number[]): number | null {
  const cuts = new Cuts();
  for (const silence of silences) cuts.note('watch things', silence);
  return cuts.life;
}

describe('the silence after which watches are cut', () => {
  test('is found out by three cuts of one watch in a row after the same', () => {
    assert.equal(after(35_000, 35_000), null);
    assert.equal(after(35_000, 35_000, 35_000), 26);
    assert.equal(after(35_004, 34_100, 35_050), 26);
    assert.equal(after(12_000, 35_000, 20_000, 35_000, 35_000), null);
    assert.equal(after(35_000, 35_000, 36_000, 36_000), null);
  });

  test('is not taken from watches that were cut together', () => {
    const cuts = new Cuts();
    for (const watch of ['watch the Node', 'watch the Lease', 'watch pods']) cuts.note(watch, 35_000);
    assert.equal(cuts.life, null);
  });

  test('bounds a life that is long enough not to count as ended at once', () => {
    assert.equal(after(10_000, 10_000, 10_000), 7);
    assert.equal(after(9_000, 9_000, 9_000), null);
  });

  test('is the shortest that was found out', () => {
    assert.equal(after(60_000, 60_000, 60_000, 35_000, 35_000), 45);
    assert.equal(after(60_000, 60_000, 60_000, 35_000, 35_000, 35_000), 26);
    assert.equal(after(35_000, 35_000, 35_000, 60_000, 60_000, 60_000), 26);
  });
});

/** Opens the next watch after a list of the same, and cuts it after 35 s without a word. */
async function cutOnce(s: Story, listing: Promise<Awaited<ReturnType<Story['api']['next']>>>): Promise<void> {
  (await listing).answer(200, list(10, thing(8)));
  const watch = await s.api.next();
  assert.ok(Number(watch.query['timeoutSeconds']) >= 2400);
  watch.watch();
  await s.told(1);
  await until(() => s.clock.untilNext() === 150_000);
  await s.clock.advance(35_000);
  watch.reset();
  assert.deepEqual(await s.told(1), ['broken api-failed']);
}

describe('a watch behind a balancer that cuts what is silent for 35 s', () => {
  test('is ended by the API server before, once that is known, and breaks no more', async () => {
    await using s = await story(byList);
    await cutOnce(s, s.api.next());
    for (let again = 0; again < 2; again++) await cutOnce(s, nextTry(s));
    (await nextTry(s)).answer(200, list(10, thing(8)));
    let watch = await s.api.next();
    for (let round = 0; round < 4; round++) {
      assert.equal(watch.query['timeoutSeconds'], '26');
      watch.watch();
      if (round === 0) assert.deepEqual(await s.told(1), ['resumed']);
      await until(() => s.clock.untilNext() === 150_000);
      await s.clock.advance(24_000);
      watch.send(bookmark(20 + round));
      await until(() => s.clock.untilNext() === 150_000);
      await s.clock.advance(2_000);
      watch.end();
      watch = await s.api.next();
      assert.equal(watch.query['resourceVersion'], String(20 + round));
      s.quiet();
    }
    watch.watch(modified(thing(31)));
    assert.deepEqual(await s.told(1), ['changed a@31']);
  });

  test('by GET, with longer pauses behind it, tries at once when it breaks after such an end', async () => {
    await using s = await story(byGet);
    const opened = async (first: ReturnType<Story['api']['next']>) => {
      const watch = await first;
      watch.watch();
      (await s.api.next()).answer(200, thing(8));
      assert.deepEqual(await s.told(1), [round === 0 ? 'listed a@8' : 'resumed']);
      await until(() => s.clock.untilNext() === 150_000);
      return watch;
    };
    let round = 0;
    // Three cuts that teach it.
    for (; round < 3; round++) {
      const watch = await opened(round === 0 ? s.api.next() : nextTry(s));
      await s.clock.advance(35_000);
      watch.reset();
      await s.told(1);
    }
    // Many that come sooner: each pause is longer than the one before.
    for (; round < 9; round++) {
      const watch = await opened(nextTry(s));
      watch.reset();
      await s.told(1);
    }
    const ended = await opened(nextTry(s));
    await s.clock.advance(26_000);
    ended.end();
    const last = await s.api.next();
    last.watch();
    await until(() => s.clock.untilNext() === 150_000);
    last.reset();
    await s.told(1);
    await until(() => (s.clock.untilNext() ?? 60_000) <= 45_000);
    assert.ok((s.clock.untilNext() ?? 0) <= 300, String(s.clock.untilNext()));
  });
});
