import { isObject, type JsonObject, objectIn, parseObject, textIn } from './json.ts';
import { type Problem, problemIn } from './problem.ts';

/** One line of a watch (meta/v1 WatchEvent), as far as it is understood. */
export type WatchLine =
  | {
      readonly is: 'object';
      readonly what: 'changed' | 'deleted';
      readonly object: JsonObject;
      readonly meta: ObjectMeta;
    }
  | { readonly is: 'bookmark'; readonly version: string }
  | { readonly is: 'error'; readonly problem: Problem }
  | { readonly is: 'unreadable' };

export interface ObjectMeta {
  readonly uid: string;
  readonly version: string;
}

export function readLine(line: string): WatchLine {
  const event = parseObject(line);
  const object = event?.['object'];
  if (event === null || !isObject(object)) return { is: 'unreadable' };
  switch (event['type']) {
    case 'ADDED':
    case 'MODIFIED':
      return { is: 'object', what: 'changed', object, meta: metaOf(object) };
    case 'DELETED':
      return { is: 'object', what: 'deleted', object, meta: metaOf(object) };
    case 'BOOKMARK':
      return { is: 'bookmark', version: metaOf(object).version };
    case 'ERROR':
      return errorLine(object);
    default:
      return { is: 'unreadable' };
  }
}

export function metaOf(object: JsonObject): ObjectMeta {
  const meta = objectIn(object, 'metadata');
  return { uid: textIn(meta, 'uid'), version: textIn(meta, 'resourceVersion') };
}

/**
 * Whether version `one` is not newer than `other`. Resource versions are compared as numbers, as KEP-5504 has it; where
 * one is not a number nothing is said to be old.
 */
export function notNewer(one: string, other: string): boolean {
  if (!/^\d{1,20}$/.test(one) || !/^\d{1,20}$/.test(other)) return false;
  return BigInt(one) <= BigInt(other);
}

/** A Status inside the stream; the watch cache says "too old resource version" with it, behind a 200 (storage/cacher/watch_cache.go). */
function errorLine(status: JsonObject): WatchLine {
  const code = typeof status['code'] === 'number' ? status['code'] : 0;
  const expired = ['Expired', 'Gone'].includes(textIn(status, 'reason'));
  return { is: 'error', problem: problemIn(status, expired ? 410 : code) };
}
