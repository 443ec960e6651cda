import type { Attributes } from './attributes.ts';
import type { World } from './call.ts';
import { textAt } from './object.ts';

/**
 * What a kubelet's credentials may do by themselves: true, or why it has no opinion. Never denies: RBAC may still allow.
 * Before 1.32 (AuthorizeNodeWithSelectors) a node reads all Nodes and pods
 * (kubernetes/plugin/pkg/auth/authorizer/node/node_authorizer.go).
 */
export function authorizeNode(world: World, node: string, of: Attributes): true | string {
  if (!of.isResource) return '';
  if (world.minor < 32 && readsNodesOrPods(of)) return true;
  switch (`${of.resource}.${of.group}`) {
    case 'leases.coordination.k8s.io':
      return leases(node, of);
    case 'nodes.':
      return nodes(node, of);
    case 'pods.':
      return pods(world, node, of);
    case 'serviceaccounts.':
      return serviceAccounts(world, node, of);
    case 'configmaps.':
      return of.verb === 'get' || of.verb === 'list' || of.verb === 'watch'
        ? unrelated(node)
        : 'can only read resources of this type';
    default:
      return allowedToAllNodes(of) || '';
  }
}

function readsNodesOrPods({ group, resource, subresource, verb }: Attributes): boolean {
  const object = group === '' && subresource === '' && (resource === 'nodes' || resource === 'pods');
  return object && ['get', 'list', 'watch'].includes(verb);
}

function allowedToAllNodes({ group, resource, subresource, verb }: Attributes): boolean {
  const review = group === 'authorization.k8s.io' || group === 'authentication.k8s.io';
  if (review) {
    const reviews = ['tokenreviews', 'subjectaccessreviews', 'localsubjectaccessreviews'];
    return verb === 'create' && reviews.includes(resource);
  }
  if (resource !== 'events' || subresource !== '' || (group !== '' && group !== 'events.k8s.io')) return false;
  return verb === 'create' || verb === 'update' || verb === 'patch';
}

function leases(node: string, { verb, namespace, name }: Attributes): true | string {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb))
    return 'can only get, create, update, patch, or delete a node lease';
  if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace';
  if (verb !== 'create' && name !== node) return 'can only access node lease with the same name as the requesting node';
  return true;
}

function nodes(node: string, { verb, subresource, name }: Attributes): true | string {
  const write = verb === 'update' || verb === 'patch';
  if (subresource === 'status') return write || '';
  if (subresource !== '') return '';
  if (write || verb === 'create') return true;
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return '';
  if (name === node) return true;
  if (name === '') return `node '${node}' cannot read all nodes, only its own Node object`;
  return `node '${node}' cannot read '${name}', only its own Node object`;
}

function pods(world: World, node: string, of: Attributes): true | string {
  if (of.subresource === 'status') return of.verb === 'update' || of.verb === 'patch' || '';
  if (of.subresource === 'eviction') return of.verb === 'create' || '';
  if (of.subresource !== '') return of.verb === 'get' ? 'cannot get subresource' : '';
  switch (of.verb) {
    case 'create':
    case 'delete':
      return true;
    case 'get':
      return related(world, node, of);
    case 'list':
    case 'watch':
      if (of.fields.some((term) => term.field === 'spec.nodeName' && term.equal && term.value === node)) return true;
      return of.name === '' ? 'can only list/watch pods with spec.nodeName field selector' : related(world, node, of);
    default:
      return '';
  }
}

function serviceAccounts(world: World, node: string, of: Attributes): true | string {
  if (of.verb === 'get' && of.subresource === '') {
    const used = world.store
      .list('pods', of.namespace)
      .some((pod) => textAt(pod.spec, 'nodeName') === node && textAt(pod.spec, 'serviceAccountName') === of.name);
    return used || unrelated(node);
  }
  if (of.verb !== 'create' || of.name === '') return 'can only create tokens for individual service accounts';
  return 'can only create token subresource of serviceaccount';
}

/** The link from a pod to its node goes with the pod: afterwards nobody can tell whose it was, so it is no 404. */
function related(world: World, node: string, of: Attributes): true | string {
  const pod = world.store.get('pods', of.namespace, of.name);
  return textAt(pod?.spec, 'nodeName') === node ? true : unrelated(node);
}

function unrelated(node: string): string {
  return `no relationship found between node '${node}' and this object`;
}
