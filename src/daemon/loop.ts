import type { Effect } from '../core/phases/effect.ts';
import type { Event } from '../core/phases/event.ts';
import type { State } from '../core/phases/state.ts';
import { transition } from '../core/phases/transition.ts';
import type { Clock } from '../ports/clock.ts';
import { Attendance } from './attendance.ts';
import type { Inbox } from './inbox.ts';

export interface LoopParts {
  readonly clock: Clock;
  readonly inbox: Inbox;
  /** How often (milliseconds) something is put into the inbox at least; null: nothing has to be. */
  readonly beat: number | null;
  /** Told when nobody watched for so long (milliseconds), before what was decided by it is told. */
  readonly away: (ms: number) => void;
  /** Told after every event, before its effects begin: what they ask for rests on it. */
  readonly decided: (after: State) => void;
  /** Begins an effect and does not wait for it; its outcome comes through the inbox. */
  readonly perform: (effect: Effect) => void;
  /** Told after every event, with what was decided. */
  readonly publish: (before: State, after: State) => void;
}

/** Next event, decision, effects, publishing; nothing else. Ends, with the last state, when the decision is to stop. */
export async function runLoop(start: State, parts: LoopParts): Promise<State> {
  const { clock, inbox } = parts;
  const attendance = new Attendance(parts.beat, clock.mono());
  let state = start;
  let cancel = () => {};
  inbox.put({ on: 'time' });
  for (;;) {
    const event = await inbox.next();
    cancel();
    if (event === null) return state;
    const away = attendance.came(clock.mono());
    if (away !== null) {
      parts.away(away);
      state = decide(state, { on: 'away', ms: away }, parts).state;
    }
    const step = decide(state, event, parts);
    state = step.state;
    if (state.phase.name === 'stopped') return state;
    attendance.waits(step.wakeAt);
    if (step.wakeAt !== null) cancel = clock.timer(step.wakeAt - clock.mono(), () => inbox.put({ on: 'time' }));
  }
}

function decide(
  before: State,
  event: Event,
  { clock, decided, perform, publish }: LoopParts,
): ReturnType<typeof transition> {
  const step = transition(before, event, clock.now());
  decided(step.state);
  for (const effect of step.effects) perform(effect);
  publish(before, step.state);
  return step;
}
