import { rebootMethods } from '../reboot-method.ts';
import { jsonDepth, jsonFields } from './json-list.ts';
import type { Holder, HolderPhase, NeedNote, QueueEntry, RebootMethod, Slot } from './record.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * One element of `kured-host/holders` from its text. It is readable when every field this version needs is there with its
 * type, in an element that a version of ours can have written. An unknown phase is read as `rebooting`, the one that permits
 * least, and an unknown method as `command`, after which nothing is ever certain.
 */
export function readHolder(text: string): Slot<Holder> {
  const fields = ourFields(text);
  const entry = fields === null ? null : holderOf(fields);
  return entry === null ? { readable: false, text } : { readable: true, entry, text };
}

/** One element of `kured-host/queue` from its text. */
export function readQueueEntry(text: string): Slot<QueueEntry> {
  const fields = ourFields(text);
  const entry = fields === null ? null : queueEntryOf(fields);
  return entry === null ? { readable: false, text } : { readable: true, entry, text };
}

/** The element's text: as it stood when it was read and not rewritten, else made from the entry. */
export function holderText(slot: Slot<Holder>): string {
  if (!slot.readable || slot.text !== undefined) return slot.text ?? '';
  const { boot, need, others, ...plain } = slot.entry;
  const { node, uid, machine, claim, phase, ...rest } = plain;
  const { others: needOthers, ...note } = need;
  const soft = boot.soft ?? undefined;
  return JSON.stringify({
    node,
    uid,
    machine,
    claim,
    boot: boot.id,
    soft,
    phase,
    ...rest,
    need: { ...note, ...needOthers },
    ...others,
  });
}

export function queueEntryText(slot: Slot<QueueEntry>): string {
  if (!slot.readable || slot.text !== undefined) return slot.text ?? '';
  const { others, ...plain } = slot.entry;
  return JSON.stringify({ ...plain, ...others });
}

/**
 * What an element of the holders' list is called in `spec.holderIdentity`: its node, also when only the rest of it cannot
 * be read, and `?` when it names none.
 */
export function holderName(slot: Slot<Holder>): string {
  if (slot.readable) return slot.entry.node;
  const node = jsonFields(slot.text)?.node;
  return isNodeName(node) ? node : '?';
}

/** A Node's name: an RFC 1123 subdomain, so it holds no comma and no `?`. */
export function isNodeName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value);
}

/**
 * The fields of an element that a version of ours can have written, a newer one's included; null for any other. Whoever may
 * write the Lease may nest a field that we do not know as deep as he likes. The runtime reads JSON of any depth and writes it
 * by recursion: an entry that could be read and not be written would end every process of the node that it names.
 */
function ourFields(text: string): Fields | null {
  const { characters, depth } = mostOfElement;
  return text.length <= characters && jsonDepth(text) <= depth ? jsonFields(text) : null;
}

/** Ours are shorter than 5,000 characters, and two deep. */
const mostOfElement = { characters: 16_384, depth: 32 };

const holderFields = new Set(
  'node uid machine claim boot soft phase by attempt starts need limit reads method stuck releaseAfter since changed'.split(
    ' ',
  ),
);
const queueFields = new Set('node uid id limit priority since reads'.split(' '));
const needFields = new Set(['fingerprint', 'reasons']);
const phases: readonly unknown[] = ['draining', 'backing-out', 'rebooting', 'verifying'] satisfies HolderPhase[];
const methods: readonly unknown[] = rebootMethods;

function holderOf(fields: Fields): Holder | null {
  const { node, uid, machine, claim, boot, phase, by, attempt, starts, limit, reads, since, changed } = fields;
  const need = needOf(fields.need);
  const { method, stuck, releaseAfter } = fields;
  const soft = fields.soft ?? null;
  if (!isNodeName(node) || need === null) return null;
  if (!isText(uid) || !isText(machine) || !isName(claim) || !isName(boot) || !isName(phase) || !isText(by)) return null;
  if (!isCount(attempt) || !isCount(starts) || !isLimit(limit) || !isLimit(reads)) return null;
  if (!isText(since) || !isText(changed) || !(soft === null || isCount(soft))) return null;
  if (!isAbsentOr(isText, method) || !isAbsentOr(isText, stuck) || !isAbsentOr(isText, releaseAfter)) return null;
  return {
    node,
    uid,
    machine,
    claim,
    boot: { id: boot, soft },
    phase: phases.includes(phase) ? (phase as HolderPhase) : 'rebooting',
    by,
    attempt,
    starts,
    need,
    limit,
    reads,
    ...(method === undefined ? {} : { method: methods.includes(method) ? (method as RebootMethod) : 'command' }),
    ...(stuck === undefined ? {} : { stuck }),
    ...(releaseAfter === undefined ? {} : { releaseAfter }),
    since,
    changed,
    ...othersOf(fields, holderFields),
  };
}

function queueEntryOf(fields: Fields): QueueEntry | null {
  const { node, uid, id, limit, priority, since, reads } = fields;
  if (!isNodeName(node) || !isText(uid) || !isName(id) || !isText(since)) return null;
  if (!isLimit(limit) || !isLimit(reads) || !Number.isSafeInteger(priority)) return null;
  return { node, uid, id, limit, priority: priority as number, since, reads, ...othersOf(fields, queueFields) };
}

function needOf(value: unknown): NeedNote | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Fields;
  const { fingerprint, reasons } = fields;
  if (!isText(fingerprint) || !Array.isArray(reasons) || !reasons.every(isText)) return null;
  return { fingerprint, reasons, ...othersOf(fields, needFields) };
}

function othersOf(fields: Fields, known: ReadonlySet<string>): { readonly others?: Fields } {
  const others = Object.entries(fields).filter(([name]) => !known.has(name));
  return others.length === 0 ? {} : { others: Object.fromEntries(others) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isName(value: unknown): value is string {
  return isText(value) && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isLimit(value: unknown): value is number {
  return isCount(value) && value >= 1;
}

function isAbsentOr<T>(is: (value: unknown) => value is T, value: unknown): value is T | undefined {
  return value === undefined || is(value);
}
