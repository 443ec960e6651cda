import { type RestClient, restClient } from '../cluster/rest.ts';
import { type FakeApiServer, type FakeApiServerOptions, startFakeApiServer } from './api-server.ts';

export const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

/** A fake API server with a Lease default/pool, and an admin's client. */
export interface Fixture extends AsyncDisposable {
  readonly server: FakeApiServer;
  readonly admin: RestClient;
}

export async function startFixture(options: FakeApiServerOptions = {}): Promise<Fixture> {
  const server = await startFakeApiServer(options);
  const admin = restClient(server.url, { ca: server.ca, ...server.adminCredentials() });
  await admin.post(leases, { metadata: { name: 'pool' } });
  return {
    server,
    admin,
    async [Symbol.asyncDispose]() {
      admin.close();
      await server.stop();
    },
  };
}
