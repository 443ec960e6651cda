import { after, before, describe } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { allStories } from './stories.ts';
import { manifestStories } from './stories-lease.ts';
import type { StoryTarget } from './story-target.ts';

const minor = Number((process.env.KUBERNETES_VERSION ?? '1.36.3').split('.')[1]);
const skip = skipUnless(available());

describe('the Kubernetes room, against the real API server', { skip, timeout: 300_000 }, () => {
  let cluster: (ClusterAccess & AsyncDisposable) | undefined;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const target = (): StoryTarget => {
    const own = cluster;
    if (own === undefined) throw new Error('the control plane did not start');
    return {
      minor,
      admin: own.admin,
      nodeKubeconfig: (node) => own.nodeKubeconfig(node),
      userKubeconfig: (name) => own.kubeconfig({ name }),
      async kubectl(parameters, input) {
        const done = await own.kubectl(parameters, input === undefined ? {} : { input });
        if (done.code !== 0) throw new Error(`kubectl ${parameters.join(' ')}: ${JSON.stringify(done)}`);
        return done.stdout;
      },
    };
  };
  allStories(target);
  manifestStories(target);
});
