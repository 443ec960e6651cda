import { fieldManager, markAnnotation } from '../core/cordon-mark.ts';
import type { CordonOwner, NodeCondition, NodeSnapshot } from '../core/node-view.ts';
import { outsideText } from '../core/outside-text.ts';
import { isObject, type JsonObject, objectIn, objectsIn, textIn, textsIn, timeIn } from './json.ts';

/** The condition we write into the Node's status. */
export const conditionType = 'RebootRequired';

/** Our view of a Node; null when the object is none. */
export function readNode(object: JsonObject): NodeSnapshot | null {
  const meta = objectIn(object, 'metadata');
  const [name, uid, resourceVersion] = [textIn(meta, 'name'), textIn(meta, 'uid'), textIn(meta, 'resourceVersion')];
  if (name === '' || uid === '' || resourceVersion === '') return null;
  const ready = conditionOf(object, 'Ready');
  return {
    name,
    uid,
    resourceVersion,
    unschedulable: objectIn(object, 'spec')['unschedulable'] === true,
    cordonOwner: cordonOwner(meta),
    labels: textsIn(meta, 'labels'),
    annotations: textsIn(meta, 'annotations'),
    taints: objectsIn(objectIn(object, 'spec'), 'taints').map((taint) => ({
      ...taint,
      key: textIn(taint, 'key'),
      effect: textIn(taint, 'effect'),
    })),
    bootID: outsideText(textIn(objectIn(objectIn(object, 'status'), 'nodeInfo'), 'bootID'), 64),
    ready: ready === null ? 'Unknown' : statusOf(ready),
    readyMessage: ready === null ? '' : outsideText(textIn(ready, 'message'), 300),
    readyHeartbeat: ready === null ? null : timeIn(ready, 'lastHeartbeatTime'),
    condition: ownCondition(object),
  };
}

/** One condition of the Node's status as it stands; null when absent. */
export function conditionOf(object: JsonObject, type: string): JsonObject | null {
  return objectsIn(objectIn(object, 'status'), 'conditions').find((one) => textIn(one, 'type') === type) ?? null;
}

function ownCondition(object: JsonObject): NodeCondition | null {
  const condition = conditionOf(object, conditionType);
  if (condition === null) return null;
  return {
    status: statusOf(condition),
    reason: outsideText(textIn(condition, 'reason'), 200),
    message: outsideText(textIn(condition, 'message'), 2000),
  };
}

function statusOf(condition: JsonObject): 'True' | 'False' | 'Unknown' {
  const status = textIn(condition, 'status');
  return status === 'True' || status === 'False' ? status : 'Unknown';
}

/**
 * Who owns spec.unschedulable (meta/v1 FieldsV1). When several do, because somebody applied the same value, it is not
 * ours alone, so anybody else is named before us.
 */
function cordonOwner(meta: JsonObject): CordonOwner {
  const entries = meta['managedFields'];
  if (!Array.isArray(entries)) return 'unknown';
  const owners = entries
    .filter(isObject)
    .filter((entry) => isObject(objectIn(objectIn(entry, 'fieldsV1'), 'f:spec')['f:unschedulable']))
    .map((entry) => (hidesOwner(entry) ? 'unknown' : { manager: outsideText(textIn(entry, 'manager'), 128) }));
  const other = owners.find((owner) => owner !== 'unknown' && owner.manager !== fieldManager);
  return other ?? owners[0] ?? 'nobody';
}

/**
 * The API server names ten managers of updates and merges the oldest into one (capmanagers.go). Cordon and mark are set by one
 * PATCH, so they are merged together: where that entry owns the mark as well, the cordon in it may be ours. Where our mark is in
 * another entry, the cordon counts as somebody else's: each later PATCH of ours makes our whole entry young again, while the entry
 * of a person who cordoned anew grows old.
 */
function hidesOwner(entry: JsonObject): boolean {
  const annotations = objectIn(objectIn(objectIn(entry, 'fieldsV1'), 'f:metadata'), 'f:annotations');
  return textIn(entry, 'manager') === 'ancient-changes' && isObject(annotations[`f:${markAnnotation}`]);
}
