import type { Attributes } from './attributes.ts';
import { authorize, refusal } from './authorize.ts';
import type { World } from './call.ts';
import { type ApiError, badRequest } from './errors.ts';
import { type ApiRequest, header } from './request.ts';
import { serviceAccountGroups, serviceAccountOf, type User } from './user.ts';

interface Wanted {
  readonly name: string;
  readonly groups: readonly string[];
}

/**
 * The user that a request acts as, or null where it asks for none. Each way is tried in Kubernetes' order: constrained
 * impersonation of a service account (1.36: `impersonate-on:serviceaccount:VERB` on what is asked for, and
 * `impersonate:serviceaccount`), then the older `impersonate`. The refusal told is that of the first way.
 * (apiserver/pkg/endpoints/filters/impersonation)
 */
export function impersonated(world: World, request: ApiRequest, asked: Attributes): User | null {
  const wanted = wantedUser(request);
  if (wanted === null) return null;
  const ways = world.minor >= 36 ? [constrainedServiceAccount, legacy] : [legacy];
  let first: ApiError | null = null;
  for (const way of ways) {
    const refused = way(world, asked, wanted);
    if (refused === null) return userOf(wanted);
    if (refused !== 'does not apply') first ??= refused;
  }
  throw first ?? badRequest('all impersonation modes failed');
}

function wantedUser(request: ApiRequest): Wanted | null {
  const name = header(request, 'impersonate-user');
  const groups = [request.headers['impersonate-group'] ?? []].flat();
  if (name === '' && groups.length > 0) throw badRequest('requested impersonation without impersonating a user');
  return name === '' ? null : { name, groups };
}

function userOf(wanted: Wanted): User {
  const account = serviceAccountOf(wanted.name);
  const own = account === null || wanted.groups.length > 0 ? wanted.groups : serviceAccountGroups(account.namespace);
  if (own.includes('system:unauthenticated') || own.includes('system:authenticated'))
    return { name: wanted.name, groups: own };
  return { name: wanted.name, groups: [...own, 'system:authenticated'] };
}

function constrainedServiceAccount(
  world: World,
  asked: Attributes,
  wanted: Wanted,
): ApiError | 'does not apply' | null {
  const account = serviceAccountOf(wanted.name);
  if (account === null || wanted.groups.length > 0) return 'does not apply';
  const on = check(world, { ...asked, verb: `impersonate-on:serviceaccount:${asked.verb}` });
  if (on !== null) return on;
  const verb = 'impersonate:serviceaccount';
  return check(world, { ...impersonation(asked.user, verb, 'serviceaccounts'), group: authentication, ...account });
}

const authentication = 'authentication.k8s.io';

function legacy(world: World, asked: Attributes, wanted: Wanted): ApiError | null {
  const account = serviceAccountOf(wanted.name);
  const of = (resource: string): Attributes => impersonation(asked.user, 'impersonate', resource);
  const user = account === null ? { ...of('users'), name: wanted.name } : { ...of('serviceaccounts'), ...account };
  const checks = [user, ...wanted.groups.map((group) => ({ ...of('groups'), name: group }))];
  for (const each of checks) {
    const refused = check(world, each);
    if (refused !== null) return refused;
  }
  return null;
}

function impersonation(user: User, verb: string, resource: string): Attributes {
  const where = { group: '', namespace: '', name: '', subresource: '', path: '' };
  return { user, verb, resource, isResource: true, fields: [], ...where };
}

function check(world: World, of: Attributes): ApiError | null {
  const decision = authorize(world, of);
  return decision.allowed ? null : refusal(of, decision.reason);
}
