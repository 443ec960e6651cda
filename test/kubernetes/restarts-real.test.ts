import { after, before, describe } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { restartStories } from './restarts.ts';

const skip = skipUnless(available());

describe('a real API server that goes away', { skip, timeout: 300_000 }, () => {
  let cluster: ControlPlane | undefined;
  before(async () => {
    cluster = await startControlPlane();
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  restartStories(() => {
    const own = cluster;
    if (own === undefined) throw new Error('the control plane did not start');
    return {
      minor: 36,
      admin: own.admin,
      nodeKubeconfig: (node) => own.nodeKubeconfig(node),
      userKubeconfig: (name) => own.kubeconfig({ name }),
      kubectl: null,
      stop: () => own.stop(),
      start: () => own.start(),
      save: () => own.snapshot('kept'),
      bringBack: () => own.restore('kept'),
    };
  });
});
