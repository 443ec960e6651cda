import type { Effect, Moment } from '../../../src/core/phases/effect.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { stuckReason } from '../../../src/core/stuck.ts';
import { phaseWord } from '../../core/phases/words.ts';
import { leaseWrites, nodeWrites } from '../world/requests.ts';

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
    if ('reason' in effect.moment) this.reasons.add(effect.moment.reason.code);
  }

  state(state: State): void {
    this.phases.add(phaseWord(state.phase));
    this.reasons.add(state.waits.code);
    if (state.facts.backOff !== null) this.reasons.add(state.facts.backOff.why.code);
    const stuck = stuckReason(state);
    if (stuck !== null) this.reasons.add(stuck.code);
  }
}

/** Every name that `effect` notes; the compiler notices one that is missing here. */
export const effectKinds: readonly string[] = [
  ...Object.keys({
    'read-lease': true,
    'write-lease': true,
    'read-node': true,
    'patch-node': true,
    'ask-permission': true,
    'look-at-shutdown': true,
    'look-at-holder': true,
    drain: true,
    'announce-reboot': true,
    reboot: true,
    'run-hooks': true,
    'stop-drain': true,
    'stop-hooks': true,
    'follow-lease': true,
    'unfollow-lease': true,
    tell: true,
    remember: true,
    exit: true,
  } satisfies Record<Effect['do'], true>),
  ...Object.keys(leaseWrites).map((purpose) => `lease:${purpose}`),
  ...Object.keys(nodeWrites).map((purpose) => `node:${purpose}`),
  ...Object.keys({
    claimed: true,
    draining: true,
    drained: true,
    'drain-given-up': true,
    rebooting: true,
    'reboot-refused': true,
    rebooted: true,
    unproven: true,
    released: true,
    'backing-out': true,
    'backed-out': true,
    stuck: true,
    unstuck: true,
    recovered: true,
    'took-over': true,
    'lease-went-back': true,
    'lease-left': true,
    stopping: true,
  } satisfies Record<Moment['what'], true>).map((moment) => `tell:${moment}`),
];
