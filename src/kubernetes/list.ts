import { type Reason, reason } from '../core/reasons.ts';
import { isObject, type JsonObject, objectIn, textIn } from './json.ts';
import type { Parse } from './outcome.ts';
import type { Call, Transport } from './transport.ts';
import { metaOf, type ObjectMeta } from './watch-events.ts';

/** A consistent list (resourceVersion unset), or why there is none. */
export type Listed<T> =
  | {
      readonly is: 'listed';
      readonly found: readonly (readonly [ObjectMeta, T])[];
      /** The list's own resourceVersion, from which a watch goes on. */
      readonly version: string;
    }
  | { readonly is: 'failed'; readonly reason: Reason; readonly retryAfter: number | null };

/** A page of pods is a megabyte; more at once would be felt in a heap of 64. */
const pageSize = 100;
const mostPages = 50;

/** Reads the whole list of `call`, page by page; a page whose continuation expired begins the list once more. */
export async function listObjects<T>(
  transport: Transport,
  call: Call,
  parse: Parse<T>,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const first = await listOnce(transport, call, parse, signal);
  const last = first === 'expired' ? await listOnce(transport, call, parse, signal) : first;
  return last === 'expired' ? notListed(call, 'the list changes faster than it can be read') : last;
}

async function listOnce<T>(
  transport: Transport,
  call: Call,
  parse: Parse<T>,
  signal: AbortSignal,
): Promise<Listed<T> | 'expired'> {
  const found: (readonly [ObjectMeta, T])[] = [];
  let from = '';
  for (let page = 0; page < mostPages; page += 1) {
    const query = { ...call.query, limit: String(pageSize), ...(from === '' ? {} : { continue: from }) };
    const reply = await transport.call({ ...call, query }, signal);
    if (reply.is === 'silent') return { is: 'failed', reason: reply.reason, retryAfter: null };
    if (reply.is === 'problem') {
      if (reply.problem.status === 410 && page > 0) return 'expired';
      return { is: 'failed', reason: reply.reason, retryAfter: reply.problem.retryAfter };
    }
    const items = itemsOf(reply.body);
    const views = items === null ? null : understood(items, parse);
    if (views === null) return notListed(call, 'its answer cannot be understood');
    found.push(...views);
    const meta = objectIn(reply.body, 'metadata');
    from = textIn(meta, 'continue');
    if (from === '') return { is: 'listed', found, version: textIn(meta, 'resourceVersion') };
  }
  return notListed(call, `it holds more than ${mostPages * pageSize} objects`);
}

/** The items; null when the answer is no list. An empty list's items may be null. */
function itemsOf(body: JsonObject): readonly JsonObject[] | null {
  const items = body['items'] ?? [];
  if (!Array.isArray(items) || textIn(objectIn(body, 'metadata'), 'resourceVersion') === '') return null;
  return items.every(isObject) ? items : null;
}

/** Every object's view; null when one is not to be understood, as a list without it would be a wrong one. */
function understood<T>(items: readonly JsonObject[], parse: Parse<T>): readonly (readonly [ObjectMeta, T])[] | null {
  const views: (readonly [ObjectMeta, T])[] = [];
  for (const item of items) {
    const view = parse(item);
    if (view === null) return null;
    views.push([metaOf(item), view]);
  }
  return views;
}

function notListed(call: Call, why: string): Listed<never> {
  return { is: 'failed', reason: reason('api-failed', { action: call.action, why }), retryAfter: null };
}
