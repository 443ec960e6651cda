import type { Reason, ReasonCode } from '../core/reasons.ts';

const codes: readonly ReasonCode[] = ['starting', 'asking-permission', 'hooks-beginning'];

/**
 * Reasons that are over in a moment as a rule and come back once a minute, as permission is asked for again. What is written
 * down (the log, the Node) keeps the reason before them, unless they last.
 */
export function isPassing(reason: Reason): boolean {
  return codes.includes(reason.code);
}
