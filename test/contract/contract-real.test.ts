import { readFileSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { type ClusterAccess, type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { restClient } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { contractTests, restartTests } from './contract.ts';
import { identity, type Target } from './target.ts';

const minor = Number((process.env.KUBERNETES_VERSION ?? '1.36.3').split('.')[1]);
const skip = skipUnless(available());

describe('the contract, by the real API server', { skip, concurrency: 4, timeout: 300_000 }, () => {
  let cluster: (ClusterAccess & AsyncDisposable) | undefined;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster?.[Symbol.asyncDispose]());
  contractTests(minor, () => realTarget(started(cluster)));
});

describe('the contract of a stopped server, by the real API server', { skip, timeout: 300_000 }, () => {
  let cluster: ControlPlane | undefined;
  before(async () => {
    cluster = await startControlPlane();
  });
  after(() => cluster?.[Symbol.asyncDispose]());
  restartTests(() => {
    const own = started(cluster);
    return {
      ...realTarget(own),
      async restart() {
        await own.stop();
        await own.start();
      },
      save: () => own.snapshot('saved'),
      bringBack: () => own.restore('saved'),
    };
  });
});

function started<T>(cluster: T | undefined): T {
  if (cluster === undefined) throw new Error('the control plane did not start');
  return cluster;
}

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
