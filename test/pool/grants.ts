import type { KubernetesObject } from '../cluster/rest.ts';
import { within } from '../cluster/waiting.ts';
import type { Pool } from './pool.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly verbs: readonly string[];
}

interface Role extends KubernetesObject {
  readonly rules: readonly Rule[];
}

/** Whose role it is: the ServiceAccount's, or the nodes' to act as it. */
export type RoleOf = 'account' | 'nodes';

/** One verb that the manifest grants. */
export interface Grant {
  readonly of: RoleOf;
  readonly rule: Omit<Rule, 'verbs'>;
  readonly verb: string;
}

/** All verbs of the manifest's roles as they are in the cluster, rule by rule. */
export async function grantsOf(pool: Pool): Promise<readonly Grant[]> {
  const both = (['account', 'nodes'] as const).map(async (of) => {
    const { rules } = await pool.cluster.admin.get<Role>(rolePath(pool, of));
    return rules.flatMap(({ verbs, ...rule }) => verbs.map((verb) => ({ of, rule, verb })));
  });
  return (await Promise.all(both)).flat();
}

/** Resolves once the API server grants all of these. */
export async function given(pool: Pool, grants: readonly Grant[]): Promise<void> {
  await Promise.all(grants.map((grant) => effective(pool, grant, true)));
}

/** Binds the impersonation to this user instead of all nodes. Resolves once the API server goes by it. */
export async function bindNodesTo(pool: Pool, user: string): Promise<void> {
  const path = `${rbacPath(pool)}/rolebindings/${roleName(pool, 'nodes')}`;
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
  await pool.cluster.admin.patch(path, { subjects });
  for (const grant of (await grantsOf(pool)).filter(({ of }) => of === 'nodes')) {
    await effective(pool, grant, false);
    await effective(pool, grant, true, user);
  }
}

/** Takes these verbs out of the role; a rule without any is left out. Resolves once the API server goes by it. */
export async function takeVerbs(pool: Pool, of: RoleOf, verbs: readonly string[]): Promise<void> {
  const { admin } = pool.cluster;
  const taken = (await grantsOf(pool)).filter((grant) => grant.of === of && verbs.includes(grant.verb));
  const role = await admin.get<Role>(rolePath(pool, of));
  const rules = role.rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !verbs.includes(verb)) }));
  await admin.put(rolePath(pool, of), { ...role, rules: rules.filter((rule) => rule.verbs.length > 0) });
  await Promise.all(taken.map((grant) => effective(pool, grant, false)));
}

/** Deletes the role or its binding. Resolves once the API server goes by it. */
export async function takeObject(pool: Pool, of: RoleOf, kind: 'roles' | 'rolebindings'): Promise<void> {
  const taken = (await grantsOf(pool)).filter((grant) => grant.of === of);
  await pool.cluster.admin.delete(`${rbacPath(pool)}/${kind}/${roleName(pool, of)}`);
  await Promise.all(taken.map((grant) => effective(pool, grant, false)));
}

/** Deletes the namespace with all that is in it. Resolves once the API server goes by that. */
export async function takeNamespace(pool: Pool): Promise<void> {
  const { admin } = pool.cluster;
  const taken = await grantsOf(pool);
  const path = `/api/v1/namespaces/${pool.namespace}`;
  await admin.delete(path);
  await admin.until(path, 'its end', (namespace) => namespace === undefined, 60_000);
  await Promise.all(taken.map((grant) => effective(pool, grant, false)));
}

const anyNode = 'system:node:anyone';

/** Resolves once the API server grants a verb, or no longer does: its authorizer learns of roles by a watch. */
async function effective(pool: Pool, grant: Grant, allowed: boolean, user = anyNode): Promise<void> {
  await within(15_000, `${grant.verb} to be ${allowed ? 'granted' : 'refused'}`, async (signal) => {
    while (!signal.aborted && (await isAllowed(pool, grant, user)) !== allowed);
  });
}

async function isAllowed(pool: Pool, { of, rule, verb }: Grant, user: string): Promise<boolean> {
  const { namespace, cluster } = pool;
  const [group, resource, name] = [rule.apiGroups[0], rule.resources[0], rule.resourceNames[0]];
  const account = { user: pool.account, groups: ['system:serviceaccounts', 'system:authenticated'] };
  const node = { user, groups: ['system:nodes', 'system:authenticated'] };
  const spec = {
    resourceAttributes: { group, resource, name, verb, namespace },
    ...(of === 'account' ? account : node),
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return (await cluster.admin.post<{ status: { allowed: boolean } }>(path, { spec })).status.allowed;
}

function rolePath(pool: Pool, of: RoleOf): string {
  return `${rbacPath(pool)}/roles/${roleName(pool, of)}`;
}

function rbacPath({ namespace }: Pool): string {
  return `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
}

function roleName({ name }: Pool, of: RoleOf): string {
  return of === 'account' ? name : `${name}:nodes`;
}
