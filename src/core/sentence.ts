import { needAnswer } from './phases/questions.ts';
import type { PhaseName, Rebooting, State } from './phases/state.ts';
import { reasonSentence } from './reasons.ts';
import { stuckReason } from './stuck.ts';

/** Where we are and why, in one sentence without a full stop: the phase's clause, then the reason. The same words everywhere. */
export function sentence(state: State): string {
  const whole = plainSentence(state);
  return state.facts.settings.observe ? `observes only: ${whole}` : whole;
}

function plainSentence(state: State): string {
  const { waits } = state;
  const why = reasonSentence(waits);
  const stuck = stuckReason(state);
  if (stuck !== null) return `stuck, needs a person: ${reasonSentence(stuck)}`;
  const clause = clauseOf(state);
  return clause === '' || why.startsWith(clause) ? why : `${clause}: ${why}`;
}

/** A need that is gone is not called one, however long what was asked for it takes to be given back; nor is each recovery a start. */
function clauseOf({ phase, facts }: State): string {
  const asks = phase.name === 'waiting' || phase.name === 'queued';
  if (phase.name === 'queued' && phase.leaving !== null) return 'leaving the queue';
  if (phase.name === 'recovering' && phase.cause !== 'start') return 'recovering';
  if (phase.name === 'verifying' && phase.from === null) return 'verifying';
  if (phase.name === 'rebooting' && mayStillCome(phase)) return 'rebooting (the reboot asked for may still come)';
  return asks && needAnswer(facts)?.is === 'no' ? 'no reboot needed any more' : clauses[phase.name];
}

/** A reboot was asked for, nobody is certain what came of it, and the reason is what another call waits for. */
function mayStillCome({ step, committed }: Rebooting): boolean {
  return committed && (step === 'ask' || step === 'fence' || step === 'call');
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
