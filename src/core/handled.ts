import { handledAnnotation } from './cordon-mark.ts';
import type { NeedNote } from './lease/record.ts';
import { limits } from './limits.ts';
import type { Need } from './need.ts';
import { coveredBy } from './need-sum.ts';
import type { NodeSnapshot } from './node-view.ts';
import { type Now, wallText } from './now.ts';

/** The annotation `kured-host/handled`: the need that the last proven reboot met, and our reboots of the last day. */
export interface Handled {
  readonly need: NeedNote;
  /** The boot that met it, by its name (`bootName`). */
  readonly boot: string;
  /** When that boot was proven, by this node's wall clock, RFC 3339. */
  readonly at: string;
  /** Proven reboots by us, RFC 3339, those of the last 24 hours. */
  readonly reboots: readonly string[];
}

/** The most that reboot.maxRebootsPerDay allows, and so the most that have to be remembered; hardly ever more than three are. */
export const mostReboots = 1000;

/** What is known of a need: new, or the one that a reboot has met already (one need causes one reboot). */
export type NeedStanding = 'new' | 'handled';

/**
 * Handled is: the need the annotation names; a file on a disk that is older than this boot; the same reasons again within
 * an hour of the boot that was to meet them. Such a need waits for a person, or for a need with another name.
 */
export function needStanding(need: Need, handled: Handled | null, now: Now): NeedStanding {
  if (need.older) return 'handled';
  if (handled === null) return 'new';
  if (coveredBy(need.fingerprint, handled.need.fingerprint)) return 'handled';
  const since = now.wall - Date.parse(handled.at);
  // A clock that was set back by hours, or a moment that cannot be read, proves no hour; one of another year is no clock.
  const soon = Number.isNaN(since) || (since < limits.sameReasons && since > -limits.day);
  return soon && need.reasons.length > 0 && sameReasons(need.reasons, handled.need.reasons) ? 'handled' : 'new';
}

/** The annotation after a proven boot; a boot that is noted already is not counted twice. */
export function noteHandled(before: Handled | null, need: NeedNote, boot: string, now: Now): Handled {
  const kept = (before?.reboots ?? []).filter((at) => withinDay(at, now));
  const counted = before?.boot === boot;
  const at = counted ? before.at : wallText(now.wall);
  return { need, boot, at, reboots: counted ? kept : [...kept, at].slice(-mostReboots) };
}

/** How many reboots by us were proven within 24 hours of this moment, those before `after` (wall clock) left out. */
export function rebootsToday(handled: Handled | null, after: number, now: Now): number {
  return (handled?.reboots ?? []).filter((at) => withinDay(at, now) && Date.parse(at) > after).length;
}

/**
 * A reboot that was noted by a clock which was ahead counts as well, but not for longer than any other: one of 2099 would
 * hold the node back for decades.
 */
function withinDay(at: string, now: Now): boolean {
  return Math.abs(now.wall - Date.parse(at)) < limits.day;
}

/** Null when the annotation is absent or cannot be read; what it says only ever holds a reboot back. */
export function readHandled(node: NodeSnapshot): Handled | null {
  const text = node.annotations[handledAnnotation];
  return text === undefined ? null : parseHandled(text);
}

/** What the annotation's text says; null when it cannot be read. */
export function parseHandled(text: string): Handled | null {
  try {
    return accept(JSON.parse(text));
  } catch {
    return null;
  }
}

function accept(value: unknown): Handled | null {
  if (typeof value !== 'object' || value === null) return null;
  const { need, boot, at, reboots } = value as Record<string, unknown>;
  if (typeof need !== 'object' || need === null || typeof boot !== 'string' || typeof at !== 'string') return null;
  const { fingerprint, reasons } = need as Record<string, unknown>;
  if (typeof fingerprint !== 'string') return null;
  return { need: { fingerprint, reasons: texts(reasons) }, boot, at, reboots: texts(reboots) };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function sameReasons(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((reason) => other.includes(reason));
}
