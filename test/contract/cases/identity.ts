import { aNamespace } from '../arrange.ts';
import type { Case, Step } from '../case.ts';

function may(resourceAttributes: object, allowed: boolean, since = 0): Step {
  return {
    as: 'node',
    send: 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec: { resourceAttributes } },
    expect: { status: 201, has: { kind: 'SelfSubjectAccessReview', status: { allowed } } },
    since,
  };
}

export const identityCases: readonly Case[] = [
  {
    name: 'who I am: the certificate names the user and the groups',
    steps: [
      {
        as: 'node',
        send: 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' },
        expect: {
          status: 201,
          has: {
            kind: 'SelfSubjectReview',
            status: { userInfo: { username: 'system:node:{node}', groups: ['system:nodes', 'system:authenticated'] } },
          },
        },
      },
    ],
  },
  {
    name: 'a token that nobody issued is 401; no credentials are the anonymous user, who may nothing here',
    steps: [
      { as: 'impostor', send: 'GET /api/v1/nodes/{node}', expect: { status: 401, reason: 'Unauthorized' } },
      { as: 'nobody', send: 'GET /api/v1/nodes/{node}', expect: { status: 403, message: /system:anonymous/ } },
    ],
  },
  {
    name: 'what a node may, asked beforehand',
    steps: [
      may({ verb: 'get', resource: 'nodes', name: '{node}' }, true),
      may({ verb: 'get', resource: 'nodes', name: '{other}' }, false, 32),
      may({ verb: 'patch', resource: 'nodes', name: '{node}' }, true),
      may({ verb: 'patch', resource: 'nodes', subresource: 'status', name: '{node}' }, true),
      may({ verb: 'watch', resource: 'nodes', name: '{node}' }, true),
      may({ verb: 'list', resource: 'pods' }, false, 32),
      may({ verb: 'list', resource: 'pods', fieldSelector: { rawSelector: 'spec.nodeName={node}' } }, true),
      may({ verb: 'create', resource: 'pods', subresource: 'eviction', namespace: 'default' }, true),
      may({ verb: 'create', resource: 'events', namespace: 'default' }, true),
      may({ verb: 'impersonate', resource: 'serviceaccounts', namespace: 'kured-host', name: 'nobody' }, false),
      may({ verb: 'update', group: 'coordination.k8s.io', resource: 'leases', namespace: 'x', name: 'y' }, false),
      may({ verb: 'delete', resource: 'nodes', name: '{node}' }, false),
    ],
  },
  {
    name: 'what everybody may read: the version, and whether the server is ready',
    steps: [
      { as: 'node', send: 'GET /version', expect: { status: 200, has: { major: '1', gitVersion: /^v1\.\d+\.\d+/ } } },
      { as: 'node', send: 'GET /readyz', expect: { status: 200 } },
      { as: 'node', send: 'GET /api/v1', expect: { status: 200, has: { kind: 'APIResourceList' } } },
    ],
  },
  {
    name: 'a path or resource that does not exist is 404 for who may ask',
    steps: [
      ...aNamespace,
      { as: 'admin', send: 'GET /apis/example.org/v1/things', expect: { status: 404 } },
      {
        as: 'admin',
        send: 'GET /api/v1/namespaces/{ns}/pods/absent',
        expect: { status: 404, reason: 'NotFound', message: /^pods "absent" not found$/ },
      },
      { as: 'user', send: 'GET /api/v1/namespaces/{ns}/pods/absent', expect: { status: 403, reason: 'Forbidden' } },
    ],
  },
];
