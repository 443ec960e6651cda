import { outsideText } from '../core/outside-text.ts';
import { type Reason, reasonSentence } from '../core/reasons.ts';
import type { Identity } from '../kubernetes/identity.ts';

/** `replaced`: the credentials of `held` are no longer there, as their files became those of `next`. */
export function otherNodeText(held: Identity, next: Identity, replaced: boolean): string {
  const user = outsideText(next.user, 253);
  const instead = `kured-host lease release ${held.node} --force, on a node of the pool, then systemctl restart kured-host`;
  const released = replaced
    ? `those of ${held.node} were back and have released its claim`
    : `those from before have released the claim of ${held.node}`;
  const ends = `they are taken when ${released}; to give it up instead: ${instead}`;
  return `the credentials are now those of ${user} for another Node, ${next.node}; ${ends}`;
}

export function unusableText(why: Reason): string {
  return `the new credentials cannot be used: ${reasonSentence(why)}; those from before are kept until they can`;
}
