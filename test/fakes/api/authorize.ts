import type { Attributes } from './attributes.ts';
import type { World } from './call.ts';
import { type ApiError, forbidden } from './errors.ts';
import { authorizeNode } from './node-authorizer.ts';
import { rbacAllows } from './rbac.ts';
import { nodeOf } from './user.ts';

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** `--authorization-mode=Node,RBAC`: the first that allows wins, nobody denies outright. */
export function authorize(world: World, of: Attributes): Decision {
  if (of.user.groups.includes('system:masters')) return { allowed: true };
  const node = nodeOf(of.user);
  const asNode = node === null ? '' : authorizeNode(world, node, of);
  if (asNode === true || rbacAllows(world.store, of)) return { allowed: true };
  return { allowed: false, reason: asNode };
}

/** The 403 for attributes that no authorizer allowed. */
export function refusal(of: Attributes, reason: string): ApiError {
  const what = of.subresource === '' ? of.resource : `${of.resource}/${of.subresource}`;
  const where = of.namespace === '' ? 'at the cluster scope' : `in the namespace "${of.namespace}"`;
  const text = of.isResource
    ? `User "${of.user.name}" cannot ${of.verb} resource "${what}" in API group "${of.group}" ${where}`
    : `User "${of.user.name}" cannot ${of.verb} path "${of.path}"`;
  return forbidden(of, of.name, reason === '' ? text : `${text}: ${reason}`);
}
