/** A pod bound to this node, as far as a drain needs it. Times in milliseconds since 1970 by the API server's clock. */
export interface PodView {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly labels: Readonly<Record<string, string>>;
  /** The owner with `controller: true`; null when there is none. */
  readonly controller: { readonly kind: string; readonly name: string; readonly apiVersion: string } | null;
  /** Carries the annotation kubernetes.io/config.mirror: a static pod's image, which only the kubelet can end. */
  readonly mirror: boolean;
  readonly usesEmptyDir: boolean;
  /** metadata.creationTimestamp; null when it has none. */
  readonly created: number | null;
  /** metadata.deletionTimestamp; null when it is not being deleted. */
  readonly deletionTime: number | null;
  readonly finalizers: readonly string[];
}
