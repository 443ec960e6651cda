import type { PhaseName, State } from './phases/state.ts';
import { reasonSentence } from './reasons.ts';
import { stuckReason } from './stuck.ts';

/** Where we are and why, in one sentence without a full stop: the phase's clause, then the reason. The same words everywhere. */
export function sentence(state: State): string {
  const whole = plainSentence(state);
  return state.facts.settings.observe ? `observes only: ${whole}` : whole;
}

function plainSentence(state: State): string {
  const { phase, waits } = state;
  const why = reasonSentence(waits);
  const stuck = stuckReason(state);
  if (stuck !== null) return `stuck, needs a person: ${reasonSentence(stuck)}`;
  const clause = clauses[phase.name];
  return clause === '' || why.startsWith(clause) ? why : `${clause}: ${why}`;
}

/** The sentence without what only time changes ("(43 min)"), for places where each change costs a write. */
export function steadySentence(state: State): string {
  return sentence(state).replace(/ \(\d+ (?:s|min|h)(?: left)?\)/g, '');
}

const clauses: Readonly<Record<PhaseName, string>> = {
  recovering: 'starting',
  idle: '',
  waiting: 'reboot needed',
  queued: 'reboot needed',
  draining: 'draining',
  rebooting: 'rebooting',
  verifying: 'rebooted, verifying',
  restoring: '',
  'backing-out': 'backing out',
  stopped: '',
};
