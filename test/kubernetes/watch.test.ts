import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { objectIn, textIn } from '../../src/kubernetes/json.ts';
import { watchObjects } from '../../src/kubernetes/watch.ts';
import type { Watched } from '../../src/kubernetes/watched.ts';
import type { WatchEvent } from '../../src/ports/cluster.ts';
import { ManualClock } from '../fakes/clock.ts';
import { until } from '../http/server.ts';
import { notFound, type ScriptedApi, scriptedApi, status, transportTo, type WatchJson } from './scripted-api.ts';

/** What a watch of these tests shows of an object: its name and version. */
const parse = (object: JsonObject): string | null => {
  const meta = objectIn(object, 'metadata');
  return textIn(meta, 'name') === '' ? null : `${textIn(meta, 'name')}@${textIn(meta, 'resourceVersion')}`;
};

const byList: Watched<string> = {
  action: 'watch things',
  path: '/things',
  fieldSelector: 'metadata.name=a',
  as: null,
  first: { by: 'list' },
  parse,
};

const byGet: Watched<string> = {
  ...byList,
  first: { by: 'get', name: 'a', call: { verb: 'get', path: '/things/a', action: 'read a' } },
};

function thing(version: number, name = 'a', uid = `uid-${name}`): JsonObject {
  return { metadata: { name, uid, resourceVersion: String(version) } };
}

function list(version: number, ...items: readonly JsonObject[]): unknown {
  return { kind: 'List', metadata: { resourceVersion: String(version) }, items };
}

const added = (object: JsonObject): WatchJson => ({ type: 'ADDED', object });
const modified = (object: JsonObject): WatchJson => ({ type: 'MODIFIED', object });
const deleted = (object: JsonObject): WatchJson => ({ type: 'DELETED', object });
const bookmark = (version: number): WatchJson => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: String(version) } },
});
const failure = (code: number, reason: string): WatchJson => ({ type: 'ERROR', object: status(code, reason) });

interface Story extends AsyncDisposable {
  readonly api: ScriptedApi;
  readonly clock: ManualClock;
  /** What the watch told so far, one word or `word name@version` each, and then forgotten. */
  told(count: number): Promise<string[]>;
  /** Nothing more was told. */
  quiet(): void;
  readonly ended: Promise<void>;
  abort(): void;
  counts: Readonly<Record<string, number>>;
}

/** A watch that is consumed as it comes, against an API server that does what the test says. */
async function story(what: Watched<string>): Promise<Story> {
  const api = await scriptedApi();
  const clock = new ManualClock();
  const transport = transportTo(api.server.url, clock);
  const stop = new AbortController();
  let told: string[] = [];
  const ended = (async () => {
    for await (const event of watchObjects(transport, clock, what, stop.signal)) told.push(word(event));
  })();
  return {
    api,
    clock,
    counts: transport.counts,
    ended,
    abort: () => stop.abort(),
    async told(count) {
      await until(() => told.length >= count);
      const all = told;
      told = [];
      return all;
    },
    quiet: () => assert.deepEqual(told, []),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      transport.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

function word(event: WatchEvent<string>): string {
  switch (event.is) {
    case 'listed':
      return `listed ${event.objects.join(' ')}`.trim();
    case 'changed':
    case 'deleted':
      return `${event.is} ${event.object}`;
    case 'broken':
      return `broken ${event.reason.code}`;
    case 'resumed':
      return 'resumed';
  }
}

/** Moves the clock to the end of the pause, the only timer of less than 150 s there is then; the answer is the next request. */
async function nextTry({ api, clock }: Story) {
  const next = api.next();
  await until(() => (clock.untilNext() ?? 60_000) <= 45_000);
  await clock.step();
  return await next;
}

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

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
