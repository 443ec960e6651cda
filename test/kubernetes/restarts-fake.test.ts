import { after, before, describe } from 'node:test';
import { restClient } from '../cluster/rest.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import type { Snapshot } from '../fakes/store.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';
import { type RestartTarget, restartStories } from './restarts.ts';

describe('a fake API server that goes away', { timeout: 60_000 }, () => {
  let server: FakeApiServer | undefined;
  let target: RestartTarget | undefined;
  let saved: Snapshot | undefined;
  const folder = new KubeconfigFolder();

  before(async () => {
    const own = await startFakeApiServer();
    server = own;
    const write = async (name: string, text: string): Promise<string> => {
      folder.write(name, text);
      return folder.file(name);
    };
    target = {
      minor: 36,
      admin: restClient(own.url, { ca: own.ca, token: own.adminToken }),
      nodeKubeconfig: (node) => write(node, own.kubeconfig(node)),
      userKubeconfig: (name) => write(name, own.kubeconfigFor({ name, groups: [] })),
      kubectl: null,
      stop: () => own.stop(),
      start: () => own.start(),
      async save() {
        saved = own.store.snapshot();
      },
      async bringBack() {
        if (saved === undefined) throw new Error('nothing was saved');
        await own.stop();
        own.store.restore(saved);
        await own.start();
      },
    };
  });
  after(async () => {
    target?.admin.close();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  restartStories(() => {
    if (target === undefined) throw new Error('the fake API server did not start');
    return target;
  });
});
