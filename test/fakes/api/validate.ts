import { type FieldError, invalid } from './errors.ts';
import type { Kind } from './kinds.ts';
import { type JsonMap, type KubeObject, listAt, mapAt, mapsAt, same, textAt } from './object.ts';

/** The rules of validation that we meet; throws a 422 that names every field that is wrong. */
export function validate(kind: Kind, object: KubeObject, before: KubeObject | null): void {
  const wrong = [...metadataErrors(object, before), ...specErrors(kind, object, before)];
  if (wrong.length > 0) throw invalid({ group: kind.group, resource: kind.kind }, object.metadata.name ?? '', wrong);
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const annotationsLimit = 256 * 1024;

function metadataErrors({ metadata }: KubeObject, before: KubeObject | null): readonly FieldError[] {
  const wrong: FieldError[] = [];
  const { name = '', annotations = {} } = metadata;
  if (name === '') wrong.push(required('metadata.name', 'name or generateName is required'));
  else if (before === null && !subdomain.test(name) && !name.includes(':'))
    wrong.push(bad('metadata.name', JSON.stringify(name), 'a lowercase RFC 1123 subdomain must consist of lower case'));
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + key.length + Buffer.byteLength(value),
    0,
  );
  if (size > annotationsLimit)
    wrong.push({
      type: 'FieldValueInvalid',
      field: 'metadata.annotations',
      value: '""',
      why: 'may not be more than 262144 bytes',
    });
  for (const key of ['uid', 'creationTimestamp', 'name', 'namespace'] as const) {
    const old = before?.metadata[key];
    if (before !== null && metadata[key] !== old)
      wrong.push(bad(`metadata.${key}`, JSON.stringify(metadata[key] ?? ''), 'field is immutable'));
  }
  return wrong;
}

function specErrors(kind: Kind, object: KubeObject, before: KubeObject | null): readonly FieldError[] {
  switch (kind.kind) {
    case 'Lease':
      return leaseErrors(object.spec);
    case 'Event':
      return eventErrors(object);
    case 'Pod':
      return podErrors(object, before);
    case 'PodDisruptionBudget':
      return object.spec?.minAvailable !== undefined && object.spec.maxUnavailable !== undefined
        ? [bad('spec', '', 'minAvailable and maxUnavailable cannot be both set')]
        : [];
    default:
      return [];
  }
}

function leaseErrors(spec: JsonMap | undefined): readonly FieldError[] {
  const wrong: FieldError[] = [];
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec ?? {};
  if (typeof seconds === 'number' && seconds <= 0)
    wrong.push(bad('spec.leaseDurationSeconds', String(seconds), 'must be greater than 0'));
  if (typeof transitions === 'number' && transitions < 0)
    wrong.push(bad('spec.leaseTransitions', String(transitions), 'must be greater than or equal to 0'));
  return wrong;
}

/** An Event belongs to the namespace of what it is about; about a Node it belongs to `default`. */
function eventErrors(event: KubeObject): readonly FieldError[] {
  const about = textAt(mapAt(event, 'involvedObject'), 'namespace');
  const newStyle = event.eventTime !== undefined;
  const namespace = event.metadata.namespace ?? '';
  const homes = about !== '' ? [about] : newStyle ? ['default', 'kube-system'] : ['default'];
  const wrong: FieldError[] = [];
  if ((about === '' || !newStyle) && !homes.includes(namespace))
    wrong.push(bad('involvedObject.namespace', JSON.stringify(about), 'does not match event.namespace'));
  if (newStyle)
    for (const key of ['reportingComponent', 'reportingInstance', 'action', 'reason'])
      if (textAt(event, key) === '') wrong.push(required(key, ''));
  return wrong;
}

function podErrors(pod: KubeObject, before: KubeObject | null): readonly FieldError[] {
  if (before !== null)
    return same(spec(pod), spec(before))
      ? []
      : [
          {
            type: 'FieldValueForbidden',
            field: 'spec',
            why: 'pod updates may not change fields other than tolerations',
          },
        ];
  if (listAt(pod.spec, 'containers').length === 0) return [required('spec.containers', '')];
  const incomplete = mapsAt(pod.spec, 'containers').findIndex((each) => textAt(each, 'image') === '');
  return incomplete < 0 ? [] : [required(`spec.containers[${incomplete}].image`, '')];
}

function spec(pod: KubeObject): JsonMap {
  const { tolerations: _, activeDeadlineSeconds: __, ...rest } = pod.spec ?? {};
  return rest;
}

function bad(field: string, value: string, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, why };
}

function required(field: string, why: string): FieldError {
  return { type: 'FieldValueRequired', field, why };
}
