import { groupVersion, type Kind, kinds } from './kinds.ts';
import type { JsonMap } from './object.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What is served besides objects: `/version`, health, and the lists that kubectl reads first; null for other paths. */
export function discovery(path: string, version: string): JsonMap | string | null {
  const groups = [...new Set(kinds.map(groupVersion))].filter((each) => each.includes('/'));
  const reviews = ['authorization.k8s.io/v1', 'authentication.k8s.io/v1'];
  switch (path) {
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok';
    case '/version': {
      const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
      return { major, minor, gitVersion: version, platform: 'linux/amd64' };
    }
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups, ...reviews].map(group) };
    case '/api/v1':
      return resourceList('v1');
    default: {
      const wanted = /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1] ?? '';
      if (reviews.includes(wanted)) return reviewList(wanted);
      return groups.includes(wanted) ? resourceList(wanted) : null;
    }
  }
}

function group(version: string): JsonMap {
  const [name = '', short = ''] = version.split('/');
  const entry = { groupVersion: version, version: short };
  return { name, versions: [entry], preferredVersion: entry };
}

function resourceList(version: string): JsonMap {
  const resources = kinds.filter((kind) => groupVersion(kind) === version).flatMap(entries);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources };
}

function reviewList(version: string): JsonMap {
  const [name, kind] = version.startsWith('authorization')
    ? ['selfsubjectaccessreviews', 'SelfSubjectAccessReview']
    : ['selfsubjectreviews', 'SelfSubjectReview'];
  const resources = [{ name, singularName: name.slice(0, -1), namespaced: false, kind, verbs: ['create'] }];
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources };
}

function entries(kind: Kind): JsonMap[] {
  const { resource, singular, namespaced, kind: name, shortNames } = kind;
  const own: JsonMap = {
    name: resource,
    singularName: singular,
    namespaced,
    kind: name,
    verbs,
    shortNames: [...shortNames],
  };
  const sub = (subresource: string, of: JsonMap): JsonMap => ({
    name: `${resource}/${subresource}`,
    singularName: '',
    namespaced,
    kind: name,
    ...of,
  });
  const status = kind.status ? [sub('status', { verbs: ['get', 'patch', 'update'] })] : [];
  const eviction = { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] };
  return [own, ...status, ...(resource === 'pods' ? [sub('eviction', eviction)] : [])];
}
