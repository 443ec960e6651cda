import { readFileSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { restClient } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { contractTests } from './contract.ts';
import { identity, type Target } from './target.ts';

const minor = Number((process.env.KUBERNETES_VERSION ?? '1.36.3').split('.')[1]);

describe('the contract, by the real API server', {
  skip: skipUnless(available()),
  concurrency: 4,
  timeout: 300_000,
}, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  let target: Target;
  before(async () => {
    cluster = await sharedControlPlane();
    target = realTarget(cluster);
  });
  after(() => cluster?.[Symbol.asyncDispose]());
  contractTests(minor, () => target);
});

function realTarget(cluster: ClusterAccess): Target {
  const ca = readFileSync(cluster.certificateAuthority, 'utf8');
  return {
    name: 'the real API server',
    minor,
    admin: cluster.admin,
    async client(who, names) {
      if (who === 'nobody') return restClient(cluster.url, { ca });
      if (who === 'impostor') return restClient(cluster.url, { ca, token: 'guessed' });
      return await cluster.client(identity(who, names));
    },
  };
}
