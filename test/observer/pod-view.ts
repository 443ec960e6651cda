import { fieldsOf, textOf } from './elements.ts';

export interface PodView {
  readonly node: string;
  /** A drain has to wait until it is gone (kubectl's rules): no mirror of a static pod, none of a DaemonSet, and it has not ended. */
  readonly hasToGo: boolean;
}

export function podView(object: unknown): PodView | null {
  if (object === null || object === undefined) return null;
  const { metadata, spec, status } = object as Record<'metadata' | 'spec' | 'status', unknown>;
  const { annotations, ownerReferences } = fieldsOf(metadata);
  const owners = Array.isArray(ownerReferences) ? ownerReferences.map(fieldsOf) : [];
  const ofDaemonSet = owners.some(({ kind, controller }) => kind === 'DaemonSet' && controller === true);
  const mirror = fieldsOf(annotations)['kubernetes.io/config.mirror'] !== undefined;
  const ended = ['Succeeded', 'Failed'].includes(textOf(fieldsOf(status)['phase']));
  return { node: textOf(fieldsOf(spec)['nodeName']), hasToGo: !mirror && !ofDaemonSet && !ended };
}
