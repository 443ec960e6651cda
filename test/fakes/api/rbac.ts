import type { Store } from '../store.ts';
import type { Attributes } from './attributes.ts';
import { type JsonMap, type KubeObject, listAt, mapAt, mapsAt, textAt } from './object.ts';
import type { User } from './user.ts';

const roles = 'roles.rbac.authorization.k8s.io';
const roleBindings = 'rolebindings.rbac.authorization.k8s.io';
const clusterRoles = 'clusterroles.rbac.authorization.k8s.io';
const clusterRoleBindings = 'clusterrolebindings.rbac.authorization.k8s.io';

/** Whether any Role or ClusterRole that is bound to the user allows it. */
export function rbacAllows(store: Store, of: Attributes): boolean {
  const everywhere = store.list(clusterRoleBindings);
  const here = of.namespace === '' ? [] : store.list(roleBindings, of.namespace);
  return [...everywhere, ...here]
    .filter((binding) => mapsAt(binding, 'subjects').some((subject) => isSubject(subject, binding, of.user)))
    .some((binding) => mapsAt(roleOf(store, binding), 'rules').some((rule) => ruleAllows(rule, of)));
}

function roleOf(store: Store, binding: KubeObject): KubeObject | undefined {
  const reference = mapAt(binding, 'roleRef');
  const name = textAt(reference, 'name');
  if (textAt(reference, 'kind') === 'ClusterRole') return store.get(clusterRoles, '', name);
  return store.get(roles, binding.metadata.namespace ?? '', name);
}

function isSubject(subject: JsonMap, binding: KubeObject, user: User): boolean {
  const name = textAt(subject, 'name');
  switch (textAt(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount': {
      const namespace = textAt(subject, 'namespace') || (binding.metadata.namespace ?? '');
      return user.name === `system:serviceaccount:${namespace}:${name}`;
    }
    default:
      return false;
  }
}

function ruleAllows(rule: JsonMap, of: Attributes): boolean {
  const has = (key: string, ...values: readonly string[]): boolean =>
    values.some((value) => listAt(rule, key).includes(value));
  if (!has('verbs', of.verb, '*')) return false;
  if (!of.isResource) return listAt(rule, 'nonResourceURLs').some((url) => pathMatches(String(url), of.path));
  const resource = of.subresource === '' ? of.resource : `${of.resource}/${of.subresource}`;
  const anySubresource = of.subresource === '' ? [] : [`*/${of.subresource}`];
  const names = listAt(rule, 'resourceNames');
  return (
    has('apiGroups', of.group, '*') &&
    has('resources', resource, '*', ...anySubresource) &&
    (names.length === 0 || names.includes(of.name))
  );
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}
