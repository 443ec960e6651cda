import type { KubernetesObject } from '../cluster/rest.ts';

/** A Node as far as tests look at it. */
export interface NodeLike extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
}
