import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { objectIn, textIn } from '../../src/kubernetes/json.ts';
import { watchObjects } from '../../src/kubernetes/watch.ts';
import type { Watched } from '../../src/kubernetes/watched.ts';
import type { WatchEvent } from '../../src/ports/cluster.ts';
import { ManualClock } from '../fakes/clock.ts';
import { until } from '../http/server.ts';
import { type ScriptedApi, scriptedApi, status, transportTo, type WatchJson } from './scripted-api.ts';

/** What a watch of these tests shows of an object: its name and version. */
export const parse = (object: JsonObject): string | null => {
  const meta = objectIn(object, 'metadata');
  return textIn(meta, 'name') === '' ? null : `${textIn(meta, 'name')}@${textIn(meta, 'resourceVersion')}`;
};

export const byList: Watched<string> = {
  action: 'watch things',
  path: '/things',
  fieldSelector: 'metadata.name=a',
  as: null,
  first: { by: 'list' },
  parse,
};

export const byGet: Watched<string> = {
  ...byList,
  first: { by: 'get', name: 'a', call: { verb: 'get', path: '/things/a', action: 'read a' } },
};

export function thing(version: number, name = 'a', uid = `uid-${name}`): JsonObject {
  return { metadata: { name, uid, resourceVersion: String(version) } };
}

export function list(version: number, ...items: readonly JsonObject[]): unknown {
  return { kind: 'List', metadata: { resourceVersion: String(version) }, items };
}

export const added = (object: JsonObject): WatchJson => ({ type: 'ADDED', object });
export const modified = (object: JsonObject): WatchJson => ({ type: 'MODIFIED', object });
export const deleted = (object: JsonObject): WatchJson => ({ type: 'DELETED', object });
export const bookmark = (version: number): WatchJson => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: String(version) } },
});
export const failure = (code: number, reason: string): WatchJson => ({ type: 'ERROR', object: status(code, reason) });

export interface Story extends AsyncDisposable {
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
export async function story(what: Watched<string>): Promise<Story> {
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
export async function nextTry({ api, clock }: Story) {
  const next = api.next();
  await until(() => (clock.untilNext() ?? 60_000) <= 45_000);
  await clock.step();
  return await next;
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
