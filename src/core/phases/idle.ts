import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import { namesOther } from './lease-named.ts';
import { changePool } from './pool-change.ts';
import { foundMark, needNow } from './questions.ts';
import { secondLook, staleLease } from './second-look.ts';
import type { Idle, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { landed } from './waiting.ts';

/** Nothing to do: watches its own Node for marks that no claim explains, and waits for a need. */
export function idle(state: State & { readonly phase: Idle }, now: Now): Step {
  const { facts } = state;
  const need = needNow(facts, now);
  const waits = need.is === 'new' ? reason('asking-permission') : need.why;
  if (foundMark(facts) || namesOther(facts))
    return become({ name: 'recovering', cause: 'mark-found', step: 'look' }, waits);
  const look =
    changePool({ ...state, waits }, now, { nextLook: 0 }) ?? secondLook({ ...state, waits }, now) ?? landed(state, now);
  if (look !== null) return look;
  if (need.is === 'new') return become({ name: 'waiting', notBefore: 0, poll: 'no' }, waits, [], staleLease(facts));
  return stay(state, waits, [], facts.nextLook);
}
