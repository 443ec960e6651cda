import { after, before, describe } from 'node:test';
import { restClient } from '../cluster/rest.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import type { Snapshot } from '../fakes/store.ts';
import { contractTests, restartTests } from './contract.ts';
import { identity, type StoppableTarget } from './target.ts';

for (const minor of [36, 30])
  describe(`the contract, by the fake API server as 1.${minor}`, { concurrency: 4, timeout: 60_000 }, () => {
    const open = opened(minor);
    contractTests(minor, () => open.target());
  });

describe('the contract of a stopped server, by the fake API server', { timeout: 60_000 }, () => {
  const open = opened(36);
  restartTests(() => open.target());
});

function opened(minor: number): { target(): StoppableTarget } {
  let server: FakeApiServer | undefined;
  let target: StoppableTarget | undefined;
  before(async () => {
    server = await startFakeApiServer({ version: `v1.${minor}.3` });
    target = fakeTarget(server, minor);
  });
  after(async () => {
    target?.admin.close();
    await server?.stop();
  });
  return {
    target() {
      if (target === undefined) throw new Error('the fake API server did not start');
      return target;
    },
  };
}

function fakeTarget(server: FakeApiServer, minor: number): StoppableTarget {
  const { url, ca } = server;
  let saved: Snapshot | undefined;
  return {
    name: 'the fake API server',
    minor,
    admin: restClient(url, { ca, ...server.adminCredentials() }),
    async client(who, names) {
      if (who === 'nobody') return restClient(url, { ca });
      if (who === 'impostor') return restClient(url, { ca, token: 'guessed' });
      const { name, organizations, impersonate } = identity(who, names);
      const credentials = { ca, ...server.credentials({ name, groups: organizations }) };
      return restClient(url, impersonate === undefined ? credentials : { ...credentials, impersonate });
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    async save() {
      saved = server.store.snapshot();
    },
    async bringBack() {
      if (saved === undefined) throw new Error('nothing was saved');
      await server.stop();
      server.store.restore(saved);
      await server.start();
    },
  };
}
