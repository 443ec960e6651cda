import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../http/server.ts';
import { status } from './scripted-api.ts';
import { added, bookmark, byList, deleted, list, modified, nextTry, type Story, story, thing } from './watch-story.ts';

describe('a watch by list', () => {
  test('lists, then tells changes and deletions, and nothing older than it knows', async () => {
    await using s = await story(byList);
    const first = await s.api.next();
    assert.equal(first.method, 'GET');
    assert.deepEqual({ ...first.query }, { fieldSelector: 'metadata.name=a', limit: '100' });
    first.answer(200, list(10, thing(8)));
    const watch = await s.api.next();
    assert.equal(watch.query['resourceVersion'], '10');
    assert.equal(watch.query['allowWatchBookmarks'], 'true');
    const seconds = Number(watch.query['timeoutSeconds']);
    assert.ok(seconds >= 2400 && seconds < 3600);
    watch.watch(added(thing(8)), modified(thing(9)), modified(thing(11)), modified(thing(11)), deleted(thing(12)));
    assert.deepEqual(await s.told(3), ['listed a@8', 'changed a@11', 'deleted a@12']);
    watch.send(added(thing(13, 'a', 'another-uid')));
    assert.deepEqual(await s.told(1), ['changed a@13']);
  });

  test('reads a list of several pages as one', async () => {
    await using s = await story(byList);
    const first = await s.api.next();
    first.answer(200, { metadata: { resourceVersion: '10', continue: 'more' }, items: [thing(1, 'a')] });
    const second = await s.api.next();
    assert.equal(second.query['continue'], 'more');
    second.answer(410, status(410, 'Expired'));
    (await s.api.next()).answer(200, { metadata: { resourceVersion: '20', continue: 'm2' }, items: [thing(2, 'a')] });
    (await s.api.next()).answer(200, { metadata: { resourceVersion: '20' }, items: [thing(3, 'b')] });
    const watch = await s.api.next();
    assert.equal(watch.query['resourceVersion'], '20');
    watch.watch();
    assert.deepEqual(await s.told(1), ['listed a@2 b@3']);
  });

  test('goes on without a word, from the last bookmark, when the server ends it in its time', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10));
    const watch = await s.api.next();
    watch.watch(bookmark(50));
    await s.told(1);
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(60_000);
    watch.end();
    const next = await s.api.next();
    assert.equal(next.query['resourceVersion'], '50');
    next.watch(modified(thing(51)));
    assert.deepEqual(await s.told(1), ['changed a@51']);
  });

  test('says broken when the next one does not open within 5 s, and resumed once it runs', async () => {
    await using s = await story(byList);
    (await s.api.next()).answer(200, list(10));
    const watch = await s.api.next();
    watch.watch(bookmark(50));
    await s.told(1);
    await until(() => s.clock.untilNext() === 150_000);
    await s.clock.advance(60_000);
    watch.end();
    await s.api.next();
    await s.clock.advance(4_999);
    s.quiet();
    await s.clock.advance(1);
    assert.deepEqual(await s.told(1), ['broken api-unavailable']);
    (await nextTry(s)).answer(200, list(60));
    const again = await s.api.next();
    assert.equal(again.query['resourceVersion'], '60');
    again.watch();
    assert.deepEqual(await s.told(1), ['resumed']);
  });

  test('ends with its signal, whatever it waits for, and leaves nothing behind', async () => {
    const stages: [string, (s: Story) => Promise<void>][] = [
      ['the list', async (s) => void (await s.api.next())],
      [
        'the watch',
        async (s) => {
          (await s.api.next()).answer(200, list(10));
          await s.api.next();
        },
      ],
      [
        'an event',
        async (s) => {
          (await s.api.next()).answer(200, list(10));
          (await s.api.next()).watch(bookmark(11));
          await s.told(1);
        },
      ],
      [
        'a pause',
        async (s) => {
          (await s.api.next()).answer(500);
          await s.told(1);
        },
      ],
    ];
    for (const [title, reach] of stages) {
      const s = await story(byList);
      await reach(s);
      s.abort();
      await s.ended;
      await s[Symbol.asyncDispose]();
      await s.clock.settle();
      assert.equal(s.clock.untilNext(), null, title);
    }
  });
});
