import type { State } from './phases/state.ts';
import type { Reason, ReasonCode } from './reasons.ts';

/** Why a person is needed before anything goes on; null when none is. */
export function stuckReason({ phase, waits }: State): Reason | null {
  if ('stuck' in phase && phase.stuck !== null) return phase.stuck.reason;
  return waitsForPerson.includes(waits.code) ? waits : null;
}

/** Waits that nothing but a person's act, or the next day, ends; nothing is held for them. */
const waitsForPerson: readonly ReasonCode[] = ['too-many-reboots', 'other-machine'];
