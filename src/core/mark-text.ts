import type { BootMark } from './boot-mark.ts';
import type { NeedNote } from './lease/record.ts';
import type { Wrote, WroteBefore } from './node-changes.ts';

/**
 * The mark on the Node: which claim works on it, in which boot it was made, for what, whether the cordon is ours, and what
 * was written with it, to be put back.
 */
export interface CordonMark {
  readonly claim: string;
  readonly boot: BootMark;
  readonly need: NeedNote;
  /** The Lease the claim is in, `namespace/name`. */
  readonly lease: string;
  readonly cordoned: boolean;
  /** There where the fence is for a soft reboot, which keeps the boot ID; absent for every other, and before the fence. */
  readonly method?: 'soft-reboot';
  readonly wrote: WroteBefore;
}

/** What a node keeps of a claim where no other node can write: which it is, in which boot, for what, and whether it reboots softly. */
export type ClaimNote = Pick<CordonMark, 'claim' | 'boot' | 'need' | 'method'>;

/** The mark as it stands in its annotation; what was written stands in it only where something was. */
export function markText({ wrote, ...mark }: CordonMark): string {
  const parts = Object.entries(wrote).filter(([, keys]) => Object.keys(keys).length > 0);
  return JSON.stringify(parts.length === 0 ? mark : { ...mark, wrote: Object.fromEntries(parts) });
}

/** Null when it cannot be read. */
export function parseMark(text: string): CordonMark | null {
  const value = parseObject(text);
  const note = parseNote(value);
  if (value === null || note === null) return null;
  const { lease, cordoned, wrote } = value;
  if (typeof lease !== 'string' || typeof cordoned !== 'boolean') return null;
  const { claim, boot, need, ...soft } = note;
  return { claim, boot, need, lease, cordoned, ...soft, wrote: parseWrote(wrote) };
}

/** Null when it does not say what it has to. */
export function parseNote(value: unknown): ClaimNote | null {
  if (!isObject(value) || typeof value['claim'] !== 'string') return null;
  const { claim, method } = value;
  const boot = parseBoot(value['boot']);
  const need = parseNeed(value['need']);
  if (boot === null || need === null) return null;
  return { claim, boot, need, ...(method === 'soft-reboot' ? { method } : {}) };
}

function parseBoot(value: unknown): BootMark | null {
  if (!isObject(value) || typeof value['id'] !== 'string') return null;
  const soft = value['soft'];
  return { id: value['id'], soft: typeof soft === 'number' ? soft : null };
}

function parseNeed(value: unknown): NeedNote | null {
  if (!isObject(value) || typeof value['fingerprint'] !== 'string' || !Array.isArray(value['reasons'])) return null;
  const reasons = value['reasons'].filter((one): one is string => typeof one === 'string');
  return { fingerprint: value['fingerprint'], reasons };
}

/** What cannot be read of it cannot be put back; the mark says all else nevertheless. */
function parseWrote(value: unknown): WroteBefore {
  const wrote = isObject(value) ? value : {};
  return { labels: parseKeys(wrote['labels']), annotations: parseKeys(wrote['annotations']) };
}

function parseKeys(value: unknown): Wrote {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(entries.flatMap(([key, wrote]) => (isWrote(wrote) ? [[key, pair(wrote)]] : [])));
}

/** Nothing beside it, which whoever edits the mark by hand may have nested deeper than it can be written again. */
function pair({ to, from }: Wrote[string]): Wrote[string] {
  return { to, from };
}

function isWrote(value: unknown): value is Wrote[string] {
  return isObject(value) && [value['to'], value['from']].every((text) => text === null || typeof text === 'string');
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
