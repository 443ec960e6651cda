import { type HookPhase, hookPhases } from '../../../src/core/hooks.ts';
import { type Reason, reason } from '../../../src/core/reasons.ts';
import type { Row } from '../language.ts';
import type { World } from '../world/world.ts';

/** The programs an admin has run around a reboot. */
export const hookRows: readonly Row[] = [
  [
    'there is a hook <hook>',
    (world, of) => {
      world.machine.hooks.set(phaseOf(of('hook')), of('hook'));
    },
  ],
  [
    'the hook <hook> is removed',
    (world, of) => {
      world.machine.hooks.delete(phaseOf(of('hook')));
    },
  ],
  [
    'the hook <hook> runs',
    (world, of) =>
      world.tell({
        on: 'hooks-progress',
        progress: reason('hook-running', {
          hook: pathOf(of('hook')),
          timeout: `${world.settings.hooks.timeout / 1000} s`,
        }),
      }),
  ],
  ['the hook <hook> succeeds', (world, of) => end(world, of('hook'), null)],
  [
    'the hook <hook> fails: <why>',
    (world, of) => end(world, of('hook'), reason('hook-failed', { hook: pathOf(of('hook')), why: of('why') })),
  ],
  [
    'the hook <hook> is refused: <why>',
    (world, of) => end(world, of('hook'), reason('hook-refused', { hook: pathOf(of('hook')), why: of('why') })),
  ],
  [
    'nobody can tell which hooks there are in <folder>: <why>',
    (world, of) =>
      end(world, of('folder'), reason('hooks-unreadable', { folder: pathOf(of('folder')), why: of('why') })),
  ],
];

function pathOf(hook: string): string {
  return `/etc/kured-host/hooks/${hook}`;
}

function phaseOf(hook: string): HookPhase {
  const phase = hookPhases.find((name) => hook.startsWith(`${name}.d`));
  if (phase === undefined)
    throw new Error(`"${hook}" is in none of the folders ${hookPhases.map((name) => `${name}.d`).join(', ')}`);
  return phase;
}

function end(world: World, hook: string, failed: Reason | null): void {
  const flight = world.process?.flights.get('hooks');
  const phase = phaseOf(hook);
  if (flight?.effect.do !== 'run-hooks' || flight.effect.call.phase !== phase)
    throw new Error('no such hook is running');
  world.answer(flight, {
    on: 'hooks-ended',
    phase,
    end: failed === null ? { is: 'done' } : { is: 'failed', reason: failed },
  });
}
