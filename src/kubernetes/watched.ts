import type { Clock } from '../ports/clock.ts';
import type { Parse } from './outcome.ts';
import type { Call, Transport } from './transport.ts';
import type { Seen } from './watch-seen.ts';

/** What is watched, and how it is first read. */
export interface Watched<T> {
  /** "watch the Lease kured-host/kured-host", to follow "the API server refused to". */
  readonly action: string;
  /** The collection's path. */
  readonly path: string;
  readonly fieldSelector: string;
  /** The user to impersonate; null: none. */
  readonly as: string | null;
  /** `list`, or `get` where only one object may be read: the GET of it, and its name. */
  readonly first: { readonly by: 'list' } | { readonly by: 'get'; readonly call: Call; readonly name: string };
  readonly parse: Parse<T>;
}

/** What every part of one watch needs. */
export interface Watching<T> {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly what: Watched<T>;
  readonly seen: Seen<T>;
  readonly signal: AbortSignal;
}
