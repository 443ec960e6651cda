import { authorize } from './authorize.ts';
import type { World } from './call.ts';
import { badRequest } from './errors.ts';
import { isMap, type JsonMap, mapAt, textAt } from './object.ts';
import { parseFieldSelector } from './selectors.ts';
import type { User } from './user.ts';

/** SelfSubjectAccessReview: may I, as asked. */
export function reviewOwnAccess(world: World, user: User, review: JsonMap): JsonMap {
  const spec = mapAt(review, 'spec');
  const asked = spec.resourceAttributes;
  const path = spec.nonResourceAttributes;
  if (!isMap(asked) && !isMap(path))
    throw badRequest('spec.resourceAttributes or spec.nonResourceAttributes is needed');
  const resource = isMap(asked) ? asked : {};
  const name = textAt(resource, 'name');
  const decision = authorize(world, {
    user,
    isResource: isMap(asked),
    path: isMap(path) ? textAt(path, 'path') : '',
    verb: textAt(isMap(asked) ? asked : isMap(path) ? path : {}, 'verb'),
    group: textAt(resource, 'group'),
    resource: textAt(resource, 'resource'),
    subresource: textAt(resource, 'subresource'),
    namespace: textAt(resource, 'namespace'),
    name,
    fields: parseFieldSelector(textAt(mapAt(resource, 'fieldSelector'), 'rawSelector')),
  });
  const status: JsonMap = { allowed: decision.allowed };
  if (!decision.allowed && decision.reason !== '') status.reason = decision.reason;
  return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status };
}

/** SelfSubjectReview: who am I. */
export function reviewOwnSelf(user: User): JsonMap {
  const userInfo = { username: user.name, groups: [...user.groups] };
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    status: { userInfo },
  };
}
