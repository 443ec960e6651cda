/** Pods of this node that keep it from rebooting while one of them is there. */
export interface PodBlocker {
  /** A label selector in Kubernetes' syntax; all of its requirements have to be met. */
  readonly selector: string;
  /** Only pods in these namespaces count; null: in all. */
  readonly namespaces: readonly string[] | null;
}
