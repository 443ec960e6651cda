import type { Reason } from './reasons.ts';

/** May the node reboot now: allowed, or refused or unknown with every reason. Unknown refuses as well; the word is kept for people. */
export type Permission =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused'; readonly reasons: readonly Reason[] }
  | { readonly is: 'unknown'; readonly reasons: readonly Reason[] };

/** One answer from the answers of all sources: any refusal refuses, any unknown makes it unknown unless something refuses outright. */
export function allPermissions(answers: readonly Permission[]): Permission {
  const reasons = answers.flatMap((answer) => (answer.is === 'allowed' ? [] : answer.reasons));
  if (answers.some((answer) => answer.is === 'refused')) return { is: 'refused', reasons };
  if (answers.some((answer) => answer.is === 'unknown')) return { is: 'unknown', reasons };
  return { is: 'allowed' };
}
