import { type Now, timeLeftText } from '../now.ts';
import { outsideText } from '../outside-text.ts';
import { holderName } from './entry.ts';
import type { Holder, HolderPhase, LeaseRecord, Slot } from './record.ts';

/**
 * Who holds, for people: "node-17, rebooting since 02:10 UTC (43 min)"; `nobody` when nobody does; at most three by name.
 * The time is the holder's own clock, and how long ago that is goes by the clock of the reader: both are text to look at,
 * and where the clocks contradict each other the second is left out.
 */
export function describeHolders(record: Pick<LeaseRecord, 'holders'>, now: Now): string {
  if (record.holders.length === 0) return 'nobody';
  const named = record.holders.slice(0, mostNamed).map((slot) => describeHolder(slot, now));
  const more = record.holders.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** Why the pool is paused, fit to show; `no reason given` for an empty reason, null when it is not paused. */
export function describePause(record: LeaseRecord): string | null {
  if (record.paused === null) return null;
  return outsideText(record.paused, 200) || 'no reason given';
}

const mostNamed = 3;

const doing: Readonly<Record<HolderPhase, string>> = {
  draining: 'draining',
  'backing-out': 'backing out',
  rebooting: 'rebooting',
  verifying: 'verifying',
};

function describeHolder(slot: Slot<Holder>, now: Now): string {
  if (!slot.readable) return `${holderName(slot)}, whose entry cannot be read`;
  const { node, phase, since, stuck, releaseAfter } = slot.entry;
  const kept = stuck === undefined ? keptText(releaseAfter, now) : '';
  if (kept !== '') return `${node}, ${kept}`;
  const what = `${node}, ${doing[phase]}${sinceText(since, now)}`;
  return stuck === undefined ? what : `${what}, stuck: ${outsideText(stuck, 120)}`;
}

/** A node that is back already and only keeps its place for a while; empty: it is not known to be one. */
function keptText(releaseAfter: string | undefined, now: Now): string {
  const at = Date.parse(releaseAfter ?? '');
  if (Number.isNaN(at)) return '';
  const text = new Date(at).toISOString();
  const left = at - now.wall;
  const soon = left > 0 && left < 24 * 3_600_000;
  const clock = `${soon ? '' : `${text.slice(0, 10)} `}${text.slice(11, 16)} UTC`;
  return `rebooted and back, releases at ${clock}${left > 0 ? ` (${timeLeftText(left)} left)` : ''}`;
}

function sinceText(since: string, now: Now): string {
  const at = Date.parse(since);
  if (Number.isNaN(at)) return '';
  const text = new Date(at).toISOString();
  const minutes = Math.floor((now.wall - at) / 60_000);
  const clock = `${text.slice(11, 16)} UTC`;
  if (minutes < 0) return ` since ${text.slice(0, 10)} ${clock}`;
  return minutes < 24 * 60
    ? ` since ${clock} (${minutes} min)`
    : ` since ${text.slice(0, 10)} ${clock} (${Math.floor(minutes / 60)} h)`;
}
