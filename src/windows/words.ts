import type { WindowTime } from './calendar.ts';
import type { Zone } from './zone.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A moment by the wall clock of a zone, for people: `Sat 2026-11-28 22:00 Europe/Berlin`; seconds where there are some. */
export function momentText(moment: number, zone: Zone): string {
  return `${clockText(moment, zone)} ${zone.name}`;
}

/** The same without the zone's name. */
export function clockText(moment: number, zone: Zone): string {
  const local = new Date(zone.localOf(moment));
  const [date = '', time = ''] = local.toISOString().split('T');
  const seconds = local.getUTCSeconds() === 0 ? 5 : 8;
  return `${days[local.getUTCDay()]} ${date} ${time.slice(0, seconds)}`;
}

/** When a time opens, and with a delay when for this node: `Sat 2026-11-28 22:00 Europe/Berlin, on this node at 22:13:07`. */
export function opensText({ starts, opens, zone }: WindowTime): string {
  const late = opens === starts ? '' : `, on this node at ${clockText(opens, zone).slice('Sat 2026-11-28 '.length)}`;
  return `${momentText(starts, zone)}${late}`;
}
