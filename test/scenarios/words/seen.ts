import type { Effect } from '../../../src/core/phases/effect.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { stuckReason } from '../../../src/core/stuck.ts';
import { phaseWord } from '../../core/phases/words.ts';

/** What occurs in a story, for the count of what occurs in none. */
export class Seen {
  readonly phases = new Set<string>();
  readonly effects = new Set<string>();
  readonly reasons = new Set<string>();
  readonly rows = new Set<string>();

  effect(effect: Effect): void {
    this.effects.add(effect.do);
    if (effect.do === 'write-lease') this.effects.add(`lease:${effect.purpose}`);
    if (effect.do === 'patch-node') this.effects.add(`node:${effect.purpose}`);
    if (effect.do !== 'tell') return;
    this.effects.add(`tell:${effect.moment.what}`);
    if (effect.moment.what === 'recovered') this.rows.add(effect.moment.row);
  }

  state(state: State): void {
    this.phases.add(phaseWord(state.phase));
    this.reasons.add(state.waits.code);
    const stuck = stuckReason(state);
    if (stuck !== null) this.reasons.add(stuck.code);
  }
}
