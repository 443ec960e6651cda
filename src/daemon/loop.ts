import type { Effect } from '../core/phases/effect.ts';
import type { State } from '../core/phases/state.ts';
import { transition } from '../core/phases/transition.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from './inbox.ts';

export interface LoopParts {
  readonly clock: Clock;
  readonly inbox: Inbox;
  /** Begins an effect and does not wait for it; its outcome comes through the inbox. */
  readonly perform: (effect: Effect) => void;
  /** Told after every event, with what was decided. */
  readonly publish: (before: State, after: State) => void;
}

/** Next event, decision, effects, publishing; nothing else. Ends, with the last state, when the decision is to stop. */
export async function runLoop(start: State, parts: LoopParts): Promise<State> {
  const { clock, inbox, perform, publish } = parts;
  let state = start;
  let cancel = () => {};
  inbox.put({ on: 'time' });
  for (;;) {
    const event = await inbox.next();
    cancel();
    if (event === null) return state;
    const before = state;
    const decided = transition(before, event, clock.now());
    state = decided.state;
    for (const effect of decided.effects) perform(effect);
    publish(before, state);
    if (state.phase.name === 'stopped') return state;
    if (decided.wakeAt !== null) cancel = clock.timer(decided.wakeAt - clock.mono(), () => inbox.put({ on: 'time' }));
  }
}
