import { after, before, describe } from 'node:test';
import { restClient } from '../cluster/rest.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { contractTests } from './contract.ts';
import { identity, type Target } from './target.ts';

const minor = 36;

describe('the contract, by the fake API server', { concurrency: 4, timeout: 60_000 }, () => {
  let server: FakeApiServer;
  let target: Target;
  before(async () => {
    server = await startFakeApiServer({ version: `v1.${minor}.3` });
    target = fakeTarget(server);
  });
  after(async () => {
    target.admin.close();
    await server.stop();
  });
  contractTests(minor, () => target);
});

function fakeTarget(server: FakeApiServer): Target {
  const { url, ca } = server;
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
  };
}
