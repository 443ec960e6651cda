import type { HookEnd } from '../../src/core/hooks.ts';
import { reason } from '../../src/core/reasons.ts';
import type { LastingEnds } from '../../src/ports/commands.ts';
import type { Hooks } from '../../src/ports/hooks.ts';
import type { Gate } from './gate.ts';
import type { Surroundings } from './surroundings.ts';

const minute = 60_000;

/** The hooks of a machine: mostly done at once; some take minutes, some fail. What a process began ends with it. */
export function hooksOf(gate: Gate, { strikes, weather, time }: Surroundings): Hooks {
  let runs = 0;
  return {
    run: ({ phase }, _progress, ends) => {
      runs += 1;
      const place = `${gate.process}/hooks-${runs}`;
      const most = strikes.at('hooks-slow', place) ? 9 * minute : 200;
      const fails = strikes.at('hooks-fail', place);
      const end: HookEnd = fails
        ? { is: 'failed', reason: reason('hook-failed', { hook: phase, why: 'exit code 1' }) }
        : { is: 'done' };
      const lasts = weather.between(`${place}/lasts`, 10, most);
      return gate.call('hooks', () => untilEnd(lasts, end, ends, (ms, then) => gate.timer(time, ms, then)));
    },
    endLeft: () => gate.call('hooks', async () => {}),
  };
}

/** Told to stop it is `stopped`; left to itself nobody knows its end. */
function untilEnd(
  ms: number,
  end: HookEnd,
  { stop, leave }: LastingEnds,
  timer: (ms: number, then: () => void) => () => void,
): Promise<HookEnd> {
  return new Promise((resolve) => {
    const left = reason('hook-failed', { hook: 'a hook', why: 'it was left to itself' });
    const done = (of: HookEnd): void => {
      cancel();
      stop.removeEventListener('abort', stopped);
      leave.removeEventListener('abort', gone);
      resolve(of);
    };
    const stopped = (): void => done({ is: 'stopped' });
    const gone = (): void => done({ is: 'failed', reason: left });
    const cancel = timer(ms, () => done(end));
    if (stop.aborted) return stopped();
    if (leave.aborted) return gone();
    stop.addEventListener('abort', stopped, { once: true });
    leave.addEventListener('abort', gone, { once: true });
  });
}
