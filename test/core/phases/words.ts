import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Phase } from '../../../src/core/phases/state.ts';
import type { Transition } from '../../../src/core/phases/transition.ts';

/** A phase and its step in one word, as the tables write it. */
export function phaseWord(phase: Phase): string {
  switch (phase.name) {
    case 'recovering':
    case 'draining':
    case 'backing-out':
      return `${phase.name}/${phase.step}`;
    case 'rebooting':
      return `${phase.name}/${phase.step}${phase.stuck === null ? '' : '/stuck'}`;
    case 'waiting':
      return phase.poll === 'no' ? phase.name : `${phase.name}/${phase.poll}`;
    case 'verifying':
      return phase.stuck === null ? phase.name : `${phase.name}/stuck`;
    case 'restoring':
      if (!phase.restored) return 'restoring/patch';
      return phase.releaseAt === null ? 'restoring/release' : 'restoring/delay';
    case 'queued':
      return phase.leaving === null ? phase.name : `${phase.name}/leaving`;
    case 'idle':
    case 'stopped':
      return phase.name;
  }
}

/** An effect as the tables write it. */
export function effectWord(effect: Effect): string {
  switch (effect.do) {
    case 'read-lease':
      return effect.consistency === 'consistent' ? 'read-lease' : 'poll-lease';
    case 'write-lease':
      return `lease:${effect.purpose}`;
    case 'patch-node':
      return `node:${effect.purpose}`;
    case 'tell':
      return `tell:${effect.moment.what}`;
    case 'remember':
      if (effect.memory.fenced !== null) return 'remember-fence';
      return effect.memory.backOff === null ? 'forget' : 'remember';
    default:
      return effect.do;
  }
}

/** What a transition led to: the phase, what is done in its order, and what it waits for. */
export function outcomeWords({ state, effects }: Transition): string {
  const done = effects.map(effectWord).join(' ');
  return `${phaseWord(state.phase)} | ${done}${done === '' ? '' : ' '}| ${state.waits.code}`;
}
