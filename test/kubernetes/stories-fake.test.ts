import { after, before, describe } from 'node:test';
import { restClient } from '../cluster/rest.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';
import { allStories } from './stories.ts';
import type { StoryTarget } from './story-target.ts';

for (const minor of [36, 30])
  describe(`the Kubernetes room, against the fake API server as 1.${minor}`, { timeout: 60_000 }, () => {
    let server: FakeApiServer | undefined;
    let target: StoryTarget | undefined;
    const folder = new KubeconfigFolder();

    before(async () => {
      const own = await startFakeApiServer({ version: `v1.${minor}.0` });
      server = own;
      const write = async (name: string, text: string): Promise<string> => {
        folder.write(name, text);
        return folder.file(name);
      };
      target = {
        minor,
        admin: restClient(own.url, { ca: own.ca, token: own.adminToken }),
        nodeKubeconfig: (node) => write(node, own.kubeconfig(node)),
        userKubeconfig: (name) => write(name, own.kubeconfigFor({ name, groups: [] })),
        kubectl: null,
      };
    });
    after(async () => {
      target?.admin.close();
      await server?.[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    allStories(() => {
      if (target === undefined) throw new Error('the fake API server did not start');
      return target;
    });
  });
