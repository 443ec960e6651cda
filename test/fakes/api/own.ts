import { type Call, managerOf } from './call.ts';
import { groupVersion } from './kinds.ts';
import { managedFields, type Writer } from './managed-fields.ts';
import type { KubeObject } from './object.ts';
import { time } from './times.ts';

/** Writes down who owns what, now that it is known what will be stored. */
export function own(object: KubeObject, before: KubeObject | null, call: Call): void {
  const owners = managedFields(before, object, writer(call));
  if (owners.length === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = owners;
}

function writer(call: Call): Writer {
  return {
    manager: managerOf(call),
    apiVersion: groupVersion(call.kind),
    subresource: call.info.subresource,
    time: time(call.world.now()),
  };
}
