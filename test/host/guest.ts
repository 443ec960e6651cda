import { rootOf } from './available.ts';
import { openDisk } from './guest-disk.ts';
import type { Guest, GuestOptions } from './guest-kinds.ts';
import { NspawnGuest } from './nspawn-guest.ts';

export type { Ending, Guest, GuestOptions, Inside } from './guest-kinds.ts';

/** Makes a guest that is off. What its boots need can be put into it first. */
export async function makeGuest(options: GuestOptions): Promise<Guest> {
  const { name, suite, layers = [], packages = [] } = options;
  const disk = await openDisk(name, [...layers, await rootOf(suite, packages)]);
  return new NspawnGuest(options, disk);
}
