import type { PodView } from '../../../src/core/drain/pod.ts';

/** A running pod of a ReplicaSet, with one thing changed where a test needs it. */
export function pod(name: string, change: Partial<PodView> = {}): PodView {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    phase: 'Running',
    labels: {},
    controller: { kind: 'ReplicaSet', name: 'web', apiVersion: 'apps/v1' },
    mirror: false,
    usesEmptyDir: false,
    created: null,
    deletionTime: null,
    finalizers: [],
    ...change,
  };
}

export const daemonSet = { kind: 'DaemonSet', name: 'agent', apiVersion: 'apps/v1' };
