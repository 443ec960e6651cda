import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../http/server.ts';
import { type ScriptedApi, status } from './scripted-api.ts';
import { bookmark, byList, failure, list, modified, nextTry, story, thing } from './watch-story.ts';

describe('a watch by list whose version is too old, or newer than the cluster', () => {
  for (const [title, expire] of [
    ['as status', (asked: Awaited<ReturnType<ScriptedApi['next']>>) => asked.answer(410, status(410, 'Expired'))],
    ['inside the stream', (asked: Awaited<ReturnType<ScriptedApi['next']>>) => asked.watch(failure(410, 'Expired'))],
  ] as const) {
    test(`lists anew, and breaks nothing, when its version is too old to go on: 410 ${title}`, async () => {
      await using s = await story(byList);
      (await s.api.next()).answer(200, list(10, thing(8)));
      const watch = await s.api.next();
      watch.watch();
      await s.told(1);
      await until(() => s.clock.untilNext() === 150_000);
      await s.clock.advance(60_000);
      watch.end();
      expire(await s.api.next());
      (await s.api.next()).answer(200, list(91, thing(80)));
      const again = await s.api.next();
      assert.equal(again.query['resourceVersion'], '91');
      again.watch(modified(thing(92)));
      assert.deepEqual(await s.told(2), ['listed a@80', 'changed a@92']);
    });
  }

  test('that expires again and again, as soon as it is read, does not make it spin', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10, thing(8)));
    (await s.api.next()).watch(failure(410, 'Expired'));
    assert.deepEqual(await s.told(2), ['listed a@8', 'broken api-failed']);
    (await nextTry(s)).answer(200, list(10, thing(8)));
    (await s.api.next()).watch(failure(410, 'Expired'));
    assert.deepEqual(await s.told(2), ['resumed', 'broken api-failed']);
    await until(() => (s.clock.untilNext() ?? 0) > 0);
    assert.equal(s.api.waiting, 0);
  });

  test('of which a running one expires lists anew at once', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10));
    const watch = await s.api.next();
    watch.watch(bookmark(20));
    await s.told(1);
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(100_000);
    watch.send(failure(410, 'Expired'));
    (await s.api.next()).answer(200, list(30, thing(25)));
    (await s.api.next()).watch();
    assert.deepEqual(await s.told(1), ['listed a@25']);
  });

  test('lists anew when the cluster went back to an older state', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(100, thing(90)));
    const watch = await s.api.next();
    watch.watch(bookmark(120));
    await s.told(1);
    watch.reset();
    await s.told(1);
    (await nextTry(s)).answer(200, list(119, thing(40)));
    const again = await s.api.next();
    assert.equal(again.query['resourceVersion'], '119');
    again.watch(modified(thing(120)));
    assert.deepEqual(await s.told(2), ['listed a@40', 'changed a@120']);
  });
});
