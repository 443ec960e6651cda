import type { Reason } from './reasons.ts';

/**
 * May the node reboot now: allowed, or refused or unknown with every reason. Unknown refuses as well; the word is kept for people.
 * `passing`: nothing but what comes and goes within minutes, as a package manager at work does. A drain that has begun waits for that.
 */
export type Permission =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused' | 'unknown'; readonly reasons: readonly Reason[]; readonly passing?: boolean };

/** One answer from the answers of all sources: any refusal refuses, any unknown makes it unknown unless something refuses outright. */
export function allPermissions(answers: readonly Permission[]): Permission {
  const against = answers.filter((answer) => answer.is !== 'allowed');
  if (against.length === 0) return { is: 'allowed' };
  const is = against.some((answer) => answer.is === 'refused') ? 'refused' : 'unknown';
  const reasons = against.flatMap((answer) => answer.reasons);
  return against.every(({ passing }) => passing === true) ? { is, reasons, passing: true } : { is, reasons };
}
