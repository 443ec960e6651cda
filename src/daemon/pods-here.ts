import { reason } from '../core/reasons.ts';
import type { CredentialSettings } from '../core/settings.ts';
import { openCluster } from '../kubernetes/cluster.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods } from '../ports/cluster.ts';

/** The pods of this node for who has no daemon: the cluster is reached when they are asked for, and left with the signal. */
export function podsHere(
  credentials: CredentialSettings,
  clock: Clock,
  signal: AbortSignal,
): Pick<OwnPods, 'list' | 'watch'> {
  return {
    async list(until) {
      const ends = AbortSignal.any([signal, until]);
      const opened = openCluster({ credentials, clock, counter: { count: () => {} } }, ends);
      for await (const state of opened.states(ends)) {
        if (state.is === 'ready') return await state.cluster.pods.list(ends);
        return { is: 'failed', reason: state.reason };
      }
      const why = 'the API server did not say in time who this is';
      return { is: 'failed', reason: reason('api-failed', { action: 'list the pods of this node', why }) };
    },
    async *watch() {
      // Who looks once follows nothing.
    },
  };
}
