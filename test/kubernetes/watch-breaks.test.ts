import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../http/server.ts';
import { status } from './scripted-api.ts';
import { bookmark, byList, list, modified, nextTry, parse, story, thing, total } from './watch-story.ts';

describe('a watch by list that breaks', () => {
  test('survives a reset: resumed when all is as it was, nothing missed and nothing twice', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10, thing(8)));
    const watch = await s.api.next();
    watch.watch(modified(thing(12)));
    assert.deepEqual(await s.told(2), ['listed a@8', 'changed a@12']);
    watch.reset();
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    (await nextTry(s)).answer(200, list(14, thing(12)));
    const resumed = await s.api.next();
    assert.equal(resumed.query['resourceVersion'], '14');
    resumed.watch(modified(thing(12)), modified(thing(15)));
    assert.deepEqual(await s.told(2), ['resumed', 'changed a@15']);
  });

  test('survives a reset: listed when something is not as it was', async () => {
    for (const now of [[thing(14)], [], [thing(12), thing(9, 'b')], [thing(12, 'a', 'another-uid')]]) {
      await using s = await story(byList);
      (await s.api.next()).answer(200, list(10, thing(8)));
      const watch = await s.api.next();
      watch.watch(modified(thing(12)));
      await s.told(2);
      watch.reset();
      await s.told(1);
      (await nextTry(s)).answer(200, list(14, ...now));
      (await s.api.next()).watch();
      assert.deepEqual(await s.told(1), [`listed ${now.map(parse).join(' ')}`.trim()]);
    }
  });

  test('what was read for a watch that did not open is not taken for told', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10, thing(8)));
    (await s.api.next()).answer(500, status(500, 'InternalError'));
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    (await nextTry(s)).answer(200, list(10, thing(8)));
    (await s.api.next()).watch();
    assert.deepEqual(await s.told(1), ['listed a@8']);
  });

  test('survives 500, 429 and a server that is away, trying ever less often', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(500, status(500, 'InternalError'));
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    const pauses: number[] = [];
    for (let round = 0; round < 10; round++) {
      await until(() => s.clock.untilNext() !== null);
      pauses.push(s.clock.untilNext() ?? 0);
      const asked = await nextTry(s);
      if (round % 2 === 0) asked.answer(429, status(429, 'TooManyRequests'), { 'retry-after': '1' });
      else asked.reset();
      await until(() => s.api.waiting === 0 && s.counts['list ok'] === undefined && total(s.counts) === round + 2);
    }
    for (const [index, pause] of pauses.entries()) {
      const base = Math.min(30_000, 200 * 2 ** index);
      const least = index % 2 === 1 ? Math.max(1_000, base * 0.5) : base * 0.5;
      assert.ok(pause >= least && pause <= Math.max(1_000, base * 1.5), `pause ${index}: ${pause}`);
    }
    const causes = Array.from({ length: 5 }, () => ['broken api-failed', 'broken api-unavailable']).flat();
    assert.deepEqual(await s.told(10), causes);
    (await nextTry(s)).answer(200, list(10, thing(8)));
    (await s.api.next()).watch();
    assert.deepEqual(await s.told(1), ['listed a@8']);
  });

  test('tells a cause once for as long as it stays the same', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(500, status(500, 'InternalError'));
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    for (let round = 0; round < 3; round++) {
      (await nextTry(s)).answer(500, status(500, 'InternalError'));
      await until(() => total(s.counts) === round + 2);
    }
    s.quiet();
    (await nextTry(s)).reset();
    assert.deepEqual(await s.told(1), ['broken api-unavailable']);
  });

  test('that is silent for 150 s is broken, closed, and read anew', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10));
    const watch = await s.api.next();
    watch.watch(bookmark(11));
    await s.told(1);
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(100_000);
    watch.send(bookmark(12));
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(149_999);
    s.quiet();
    await s.clock.advance(1);
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    const again = await nextTry(s);
    assert.equal(again.query['limit'], '100');
    again.answer(200, list(13));
    (await s.api.next()).watch();
    assert.deepEqual(await s.told(1), ['resumed']);
  });

  test('that says what cannot be understood is broken and read anew', async () => {
    for (const line of [
      '{"type":"MODI',
      '[]',
      '{"type":"NEW","object":{}}',
      '{"type":"ADDED","object":{"metadata":{}}}',
    ]) {
      await using s = await story(byList);
      (await s.api.next()).answer(200, list(10));
      const watch = await s.api.next();
      watch.watch();
      await s.told(1);
      watch.text(line);
      assert.deepEqual(await s.told(1), ['broken api-failed'], line);
      const again = await nextTry(s);
      assert.equal(again.query['limit'], '100', line);
    }
  });

  test('that ends as soon as it is opened does not make it spin', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10));
    const watch = await s.api.next();
    watch.watch();
    watch.end();
    assert.deepEqual(await s.told(2), ['listed', 'broken api-failed']);
    await until(() => s.clock.untilNext() !== null);
    assert.equal(s.api.waiting, 0);
  });
});
