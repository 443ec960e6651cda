/** Who asks, as authentication or impersonation made it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export const admin: User = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

export function nodeUser(node: string): User {
  return { name: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] };
}

/** A user with a client certificate: CN is the name, each O a group. */
export function certificateUser(name: string, organizations: readonly string[]): User {
  return { name, groups: [...organizations, 'system:authenticated'] };
}

/** The node a user is, or null (kubernetes/pkg/auth/nodeidentifier/default.go). */
export function nodeOf(user: User): string | null {
  const prefix = 'system:node:';
  if (!user.name.startsWith(prefix) || !user.groups.includes('system:nodes')) return null;
  return user.name.slice(prefix.length);
}

/** "system:serviceaccount:NAMESPACE:NAME" in its parts, or null. */
export function serviceAccountOf(userName: string): { readonly namespace: string; readonly name: string } | null {
  const [system, word, namespace, name, more] = userName.split(':');
  if (system !== 'system' || word !== 'serviceaccount' || more !== undefined) return null;
  if (namespace === undefined || namespace === '' || name === undefined || name === '') return null;
  return { namespace, name };
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
