import assert from 'node:assert/strict';
import { holderText } from '../../../src/core/lease/entry.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Around } from './world-parts.ts';

const quarter = 900_000;

/** What one process was told of the other holder, by the test's own account. */
export class PeerWatched {
  #text = '';
  #since = 0;
  #goneSince: number | null = null;
  #askedAt = 0;

  hear(world: Around, event: Event, lease: LeaseObject | null): void {
    const { mono } = world;
    const breaks = event.on === 'away' || (event.on === 'lease-watch' && event.told.is === 'broken');
    const text = textOf(lease);
    if (breaks || text !== this.#text) {
      this.#text = text;
      this.#since = mono;
      this.#goneSince = null;
    }
    if (event.on !== 'holder-seen') return;
    this.#goneSince = event.look.is === 'gone' ? (this.#goneSince ?? mono) : null;
    this.#askedAt = event.askedAt;
  }

  /** The entry, when it may be taken out now: its Node was gone, and its entry the same, for a quarter of an hour, or the entry for as long as the settings say. */
  mayBeTaken({ observes, mono, model }: Around): string {
    const after = model.settings.takeOverAfter;
    const gone = this.#goneSince !== null && this.#askedAt - this.#goneSince >= quarter;
    const silent = after !== null && mono - this.#since >= after;
    assert.ok((gone && mono - this.#since >= quarter) || silent, 'an entry is taken out that may live');
    assert.ok(!observes, 'a node that observes takes nothing over');
    return this.#text;
  }
}

function textOf(lease: LeaseObject | null): string {
  const reading = lease === null ? null : readRecord(lease);
  if (reading?.readable !== true) return '';
  const slot = reading.record.holders.find((at) => at.readable && at.entry.node === 'n2');
  return slot === undefined ? '' : holderText(slot);
}
