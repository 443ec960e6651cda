import type { Effect } from '../core/phases/effect.ts';
import type { State } from '../core/phases/state.ts';
import { transition } from '../core/phases/transition.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from './inbox.ts';

export interface LoopParts {
  readonly clock: Clock;
  readonly inbox: Inbox;
  /** Told after every event, before its effects begin: what they ask for rests on it. */
  readonly decided: (after: State) => void;
  /** Begins an effect and does not wait for it; its outcome comes through the inbox. */
  readonly perform: (effect: Effect) => void;
  /** Told after every event, with what was decided. */
  readonly publish: (before: State, after: State) => void;
}

/** Next event, decision, effects, publishing; nothing else. Ends, with the last state, when the decision is to stop. */
export async function runLoop(start: State, parts: LoopParts): Promise<State> {
  const { clock, inbox, decided, perform, publish } = parts;
  let state = start;
  let cancel = () => {};
  inbox.put({ on: 'time' });
  for (;;) {
    const event = await inbox.next();
    cancel();
    if (event === null) return state;
    const before = state;
    const step = transition(before, event, clock.now());
    state = step.state;
    decided(state);
    for (const effect of step.effects) perform(effect);
    publish(before, state);
    if (state.phase.name === 'stopped') return state;
    if (step.wakeAt !== null) cancel = clock.timer(step.wakeAt - clock.mono(), () => inbox.put({ on: 'time' }));
  }
}
