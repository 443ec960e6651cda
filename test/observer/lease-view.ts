import { elementsOf, type Fields, fieldsOf, parsed, textOf } from './elements.ts';

/** What a Lease says, as a witness reads it: by the page on the record, with none of the product's code. */
export interface LeaseView {
  /** False: there is none, and it holds nobody. */
  readonly there: boolean;
  readonly uid: string;
  /** Null: it can be understood; else why not. Such a Lease is held, and nobody may write it. */
  readonly unreadable: string | null;
  readonly holders: readonly Entry[];
  readonly queue: readonly Entry[];
  /** An admin's limit. */
  readonly concurrency: number | null;
  readonly paused: boolean;
  /** The node that is asked to back out, and the one whose entry is to be taken out. */
  readonly release: string | null;
  readonly forceRelease: string | null;
  readonly transitions: number;
  readonly identity: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One element of a list. */
export interface Entry {
  /** As it stands, byte for byte. */
  readonly text: string;
  /** False: it lacks what an entry has; it counts as one place all the same. */
  readonly readable: boolean;
  /** "?" where it names none. */
  readonly node: string;
  readonly claim: string;
  readonly phase: string;
  readonly boot: string;
  readonly soft: number | null;
  readonly by: string;
  readonly attempt: number;
  readonly starts: number;
  readonly need: string;
  /** 32 where it says none. */
  readonly limit: number;
  readonly stuck: boolean;
  /** Of a place in the queue. */
  readonly id: string;
  readonly priority: number;
  /** Everything it says. */
  readonly fields: Fields;
}

export const most = 32;

export const noLease: LeaseView = {
  there: false,
  uid: '',
  unreadable: null,
  holders: [],
  queue: [],
  concurrency: null,
  paused: false,
  release: null,
  forceRelease: null,
  transitions: 0,
  identity: '',
  annotations: {},
};

/** `before`: how it stood earlier; lists that did not change are not read again. */
export function leaseView(object: unknown, before: LeaseView = noLease): LeaseView {
  if (object === null || object === undefined) return noLease;
  const { metadata, spec } = object as { readonly metadata?: unknown; readonly spec?: unknown };
  const { uid, annotations: all } = fieldsOf(metadata);
  const annotations = fieldsOf(all) as Readonly<Record<string, string>>;
  const { holderIdentity, leaseTransitions } = fieldsOf(spec);
  const list = (name: 'holders' | 'queue'): readonly Entry[] | null => {
    const text = annotations[`kured-host/${name}`];
    if (text !== undefined && before.unreadable === null && text === before.annotations[`kured-host/${name}`])
      return before[name];
    return entries(text);
  };
  const [holders, queue] = [list('holders'), list('queue')];
  const identity = textOf(holderIdentity);
  const concurrency = annotations['kured-host/concurrency'];
  return {
    there: true,
    uid: textOf(uid),
    unreadable: whyUnreadable(annotations, holders, queue, identity),
    holders: holders ?? [],
    queue: queue ?? [],
    concurrency: concurrency === undefined ? null : Number(concurrency),
    paused: annotations['kured-host/paused'] !== undefined,
    release: annotations['kured-host/release']?.trim() || null,
    forceRelease: annotations['kured-host/force-release']?.trim() || null,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    identity,
    annotations,
  };
}

/** The holder entry of a node; undefined: it holds nothing. */
export function holderOf(lease: LeaseView, node: string): Entry | undefined {
  return lease.holders.find((entry) => entry.node === node);
}

export function claimIn(lease: LeaseView, claim: string): Entry | undefined {
  return lease.holders.find((entry) => entry.claim === claim && claim !== '');
}

/**
 * How many may hold at once as somebody with that limit has to see it: the admin's annotation, else the smallest of its own limit,
 * the head's, and those in the holders' entries; 32 at most.
 */
export function roomIn(lease: LeaseView, own: number): number {
  if (lease.concurrency !== null) return Math.min(lease.concurrency, most);
  return Math.min(most, own, ...[...lease.queue.slice(0, 1), ...lease.holders].map(({ limit }) => limit));
}

function entries(text: string | undefined): readonly Entry[] | null {
  if (text === undefined) return [];
  return elementsOf(text)?.map(entry) ?? null;
}

function entry(text: string): Entry {
  const fields = fieldsOf(parsed(text));
  const { node, claim, id, phase, boot, soft, by, attempt, starts, need, limit, stuck, priority } = fields;
  const number = (value: unknown, other: number): number => (typeof value === 'number' ? value : other);
  const named = textOf(node) !== '';
  return {
    text,
    readable: named && typeof limit === 'number' && textOf(claim) + textOf(id) !== '',
    node: named ? textOf(node) : '?',
    claim: textOf(claim),
    phase: textOf(phase),
    boot: textOf(boot),
    soft: typeof soft === 'number' ? soft : null,
    by: textOf(by),
    attempt: number(attempt, 0),
    starts: number(starts, 0),
    need: textOf(fieldsOf(need)['fingerprint']),
    limit: number(limit, most),
    stuck: stuck !== undefined,
    id: textOf(id),
    priority: number(priority, 0),
    fields,
  };
}

function whyUnreadable(
  annotations: Readonly<Record<string, string>>,
  holders: readonly Entry[] | null,
  queue: readonly Entry[] | null,
  identity: string,
): string | null {
  if (holders === null || queue === null) return 'a list is no list';
  const { 'kured-host/format': format = '1', 'kured-host/concurrency': concurrency = '1' } = annotations;
  if (format.trim() !== '1') return `its format is ${format}`;
  if (!/^[1-9]\d{0,8}$/.test(concurrency.trim())) return `its concurrency is ${concurrency}`;
  const named = identity === '' ? [] : identity.split(',');
  const agrees = named.length === holders.length && holders.every(({ node }, at) => node === '?' || node === named[at]);
  return agrees ? null : `holderIdentity is "${identity}"`;
}
