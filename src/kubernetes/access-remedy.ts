import type { LeaseRef } from '../core/lease/object.ts';
import { manifestCommand } from '../core/lease/pool.ts';
import type { Identity } from './identity.ts';

/** A rule of RBAC that is missing; `namespace` null: of a ClusterRole. */
export interface MissingRule {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | null;
  readonly namespace: string | null;
}

/** The rule as it stands in a role. */
export function ruleText(rule: MissingRule): string {
  const names = rule.name === null ? '' : `, resourceNames: [${rule.name}]`;
  const where = rule.namespace === null ? '' : ` in namespace ${rule.namespace}`;
  return `{apiGroups: ["${rule.group}"], resources: [${rule.resource}]${names}, verbs: ["${rule.verb}"]}${where}`;
}

/** Commands that give a user the rule, under a name that tells what and whom it is for: another user's has another name. */
export function grantCommand(rule: MissingRule, user: string, need: string): string {
  const scope =
    rule.namespace === null ? { kind: 'clusterrole', flag: '' } : { kind: 'role', flag: ` -n ${rule.namespace}` };
  const title = ['kured-host', need, ...(rule.name === null ? [] : [rule.name]), user.replace(/[^\w:@.-]/g, '-')].join(
    ':',
  );
  const resource = rule.group === '' ? rule.resource : withGroup(rule.resource, rule.group);
  const name = rule.name === null ? '' : ` --resource-name=${rule.name}`;
  return (
    `kubectl create ${scope.kind}${scope.flag} ${title} --verb=${rule.verb} --resource=${resource}${name} && ` +
    `kubectl create ${scope.kind}binding${scope.flag} ${title} --${scope.kind}=${title} --user=${quoted(user)}`
  );
}

/**
 * What mends a grant of a Lease: the manifest where nodes impersonate its ServiceAccount, else the rule. `holder` is the user
 * who lacks it, null ourselves; `as` the user that is impersonated, null none.
 */
export function leaseCommand(
  rule: MissingRule,
  identity: Identity,
  lease: LeaseRef,
  holder: string | null,
  need: string,
  as: string | null,
): string {
  const ours = as === `system:serviceaccount:${lease.namespace}:${lease.name}` && identity.isNode;
  return (ours ? manifestCommand(lease) : null) ?? grantCommand(rule, holder ?? identity.user, need);
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w:@.+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** kubectl's form of a resource with its group: leases.coordination.k8s.io/…; a subresource stays behind. */
function withGroup(resource: string, group: string): string {
  const [kind, ...sub] = resource.split('/');
  return [`${kind}.${group}`, ...sub].join('/');
}
