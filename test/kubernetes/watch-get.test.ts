import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../http/server.ts';
import { notFound } from './scripted-api.ts';
import { added, bookmark, byGet, deleted, modified, nextTry, story, thing } from './watch-story.ts';

describe('a watch by GET, of one object that may not be listed', () => {
  test('opens the watch first, then reads; what the cache tells of the time before is left out', async () => {
    await using s = await story(byGet);
    const watch = await s.api.next();
    assert.equal(watch.query['watch'], 'true');
    assert.equal(watch.query['resourceVersion'], '0');
    watch.watch(added(thing(30, 'a', 'older-uid')), deleted(thing(35, 'a', 'older-uid')), added(thing(38)));
    const get = await s.api.next();
    assert.equal(get.path, '/things/a');
    get.answer(200, thing(40));
    assert.deepEqual(await s.told(1), ['listed a@40']);
    watch.send(modified(thing(40)), modified(thing(41)));
    assert.deepEqual(await s.told(1), ['changed a@41']);
  });

  test('of an object that is gone reads again when something appears, as that may be old news', async () => {
    await using s = await story(byGet);
    const watch = await s.api.next();
    watch.watch();
    (await s.api.next()).answer(404, notFound('a'));
    assert.deepEqual(await s.told(1), ['listed']);
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(10_000);
    watch.send(bookmark(49), added(thing(50)));
    const again = await nextTry(s);
    assert.equal(again.query['resourceVersion'], '0');
    again.watch(added(thing(50)));
    (await s.api.next()).answer(200, thing(50));
    assert.deepEqual(await s.told(1), ['listed a@50']);
    again.send(deleted(thing(51)));
    assert.deepEqual(await s.told(1), ['deleted a@51']);
  });

  test('is read anew after a break, never resumed from a version nobody keeps', async () => {
    await using s = await story(byGet);
    const watch = await s.api.next();
    watch.watch();
    (await s.api.next()).answer(200, thing(40));
    await s.told(1);
    watch.reset();
    assert.deepEqual(await s.told(1), ['broken api-failed']);
    const again = await nextTry(s);
    assert.equal(again.query['resourceVersion'], '0');
    again.watch();
    (await s.api.next()).answer(200, thing(39));
    assert.deepEqual(await s.told(1), ['listed a@39']);
  });

  test('whose GET fails is not listed, and its watch is closed', async () => {
    await using s = await story(byGet);
    (await s.api.next()).watch();
    (await s.api.next()).answer(404, '404 page not found');
    assert.deepEqual(await s.told(1), ['broken api-failed']);
  });
});
