import type { HookCall, HookEnd } from '../core/hooks.ts';
import type { Reason } from '../core/reasons.ts';
import type { LastingEnds } from './commands.ts';

/** The hooks that an admin put on this machine. */
export interface Hooks {
  /**
   * Runs the hooks of a phase, one after the other. Never throws. `progress` is told which one runs. `ends.stop` ends the one
   * that runs; with `ends.leave` it goes on without this process, and the next one waits for it.
   */
  run(call: HookCall, progress: (of: Reason) => void, ends: LastingEnds): Promise<HookEnd>;
  /** Ends what an earlier process left running before a drain or a reboot. */
  endLeft(): Promise<void>;
}
