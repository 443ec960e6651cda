import type { HookCall } from '../hooks.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import type { State } from './state.ts';

/** How far the hooks of one phase have come. */
export type HooksNow =
  | { readonly is: 'done' }
  | { readonly is: 'running'; readonly waits: Reason; readonly effects: readonly Effect[] }
  | { readonly is: 'failed'; readonly reason: Reason };

/** No hook was run yet, as far as the phase that begins is concerned. */
export const noHooks: Facts['hooks'] = { progress: null, ended: null };

/** Begins the round where none is under way. One that was told to stop has said nothing, so another is begun. */
export function hooksNow(facts: Facts, call: HookCall): HooksNow {
  const { ended, progress } = facts.hooks;
  const known = ended?.phase === call.phase && !facts.busy.hooks ? ended.end : null;
  if (known !== null && known.is !== 'stopped') return known;
  const effects: Effect[] = facts.busy.hooks ? [] : [{ do: 'run-hooks', lane: 'hooks', call }];
  return { is: 'running', waits: progress ?? reason('hooks-beginning', { phase: call.phase }), effects };
}

/** Ends what is done in the name of a claim: evicting, and a hook. Their outcomes still come. */
export function stopWork({ facts }: State): Effect[] {
  return [
    ...(facts.busy.drain ? [{ do: 'stop-drain' } as const] : []),
    ...(facts.busy.hooks ? [{ do: 'stop-hooks' } as const] : []),
  ];
}
