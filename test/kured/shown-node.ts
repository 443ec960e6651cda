import assert from 'node:assert/strict';
import { inProgressAnnotation, mostRecentAnnotation, standingPatch } from '../../src/core/standing.ts';
import { parseListen } from '../../src/metrics/listen-address.ts';
import { at } from '../core/lease/samples.ts';
import { node } from '../core/phases/server.ts';
import { type Story, withImported } from './fleet.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

/** Where metrics are served. */
function listens(flags: readonly string[]): ReturnType<typeof parseListen> {
  return parseListen(imported(flags).settings.metrics.listen ?? '');
}

/** The labels and annotations of the Node. */
async function metadataOf({
  fleet,
}: Story): Promise<{ labels: Record<string, string>; annotations: Record<string, string> }> {
  const { metadata } = (await fleet.admin.call('GET', '/api/v1/nodes/a')) as {
    metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  };
  return { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
}

const [traffic, done] = ['node.kubernetes.io/exclude-from-external-load-balancers', 'example.com/rebooted'];

/** A drain that waits for a pod, then the reboot and all that follows. */
async function inDrain(on: Story, look: () => Promise<void>): Promise<void> {
  await on.fleet.admin.createPod('slow', 'a');
  on.machine.needReboot('need');
  await on.machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
  await look();
  await on.fleet.admin.removePod('slow');
  await on.machine.until(({ phase }) => phase === 'idle' && on.machine.boots.length === 2, 'the reboot');
}

export const shownNode = {
  'pre-reboot-node-labels': {
    'are on the node while it is drained, and differ in going with the uncordon; the file says so': async () => {
      const flag = `--pre-reboot-node-labels=${traffic}=true,example.com/b=`;
      await withImported([flag], async (on) => {
        await inDrain(on, async () => {
          const { labels } = await metadataOf(on);
          assert.deepEqual([labels[traffic], labels['example.com/b']], ['true', '']);
        });
        assert.equal((await metadataOf(on)).labels[traffic], undefined);
      });
      assert.match(
        imported([flag]).comment('node.labelsBeforeDrain'),
        /put back when the node is restored, where kured leaves what no post label names/,
      );
    },
    'without a value are told, as kured ends when it comes to them': () => {
      for (const label of ['maintenance', `${traffic}-`, '=true']) {
        assert.match(problemsOf([`--pre-reboot-node-labels=${label}`])[0] ?? '', /which is no KEY=VALUE/);
      }
    },
    'name those that a kubelet may not write, with which the service would not start': () => {
      const { comment } = imported(['--pre-reboot-node-labels=topology.kubernetes.io/x=1,a=b']);
      assert.match(
        comment('node.labelsBeforeDrain'),
        /a kubelet may not write topology\.kubernetes\.io\/x, with which/,
      );
    },
    'keep what stands between the first two signs, as in kured': () =>
      assert.deepEqual(imported(['--pre-reboot-node-labels=a=b=c']).settings.node.beforeDrain.labels, { a: 'b' }),
  },
  'post-reboot-node-labels': {
    'are on the node once the reboot is proven, and not before': () =>
      withImported([`--post-reboot-node-labels=${done}=yes`], async (on) => {
        await inDrain(on, async () => assert.equal((await metadataOf(on)).labels[done], undefined));
        assert.equal((await metadataOf(on)).labels[done], 'yes');
      }),
    'win over those from before it': () =>
      withImported(
        ['--pre-reboot-node-labels=example.com/m=true', '--post-reboot-node-labels=example.com/m=false'],
        async (on) => {
          await inDrain(on, async () => assert.equal((await metadataOf(on)).labels['example.com/m'], 'true'));
          assert.equal((await metadataOf(on)).labels['example.com/m'], 'false');
        },
      ),
    'differ after a drain that failed, where kured sets them; the file says so': () =>
      assert.match(
        imported(['--post-reboot-node-labels=a=b']).comment('node.labelsAfterReboot'),
        /kured sets them after a drain that failed, too/,
      ),
  },
  'annotate-nodes': {
    'has the annotations of kured on the Node, as kured has them': () =>
      withImported(['--annotate-nodes'], async (on) => {
        await inDrain(on, async () => {
          const { annotations } = await metadataOf(on);
          assert.match(annotations[inProgressAnnotation] ?? '', /^\d{4}-\d\d-\d\dT/);
          assert.equal(annotations[mostRecentAnnotation], annotations[inProgressAnnotation]);
        });
        const { annotations } = await metadataOf(on);
        assert.equal(annotations[inProgressAnnotation], undefined);
        assert.notEqual(annotations[mostRecentAnnotation], undefined);
      }),
    'has none without the flag': () =>
      assert.equal(imported(['--annotate-nodes=false']).settings.node.kuredAnnotations, false),
  },
  'prefer-no-schedule-taint': {
    'stands while a reboot is needed, and goes with the need': () => {
      const { preferNoScheduleTaint: taint, kuredAnnotations } = imported([
        '--prefer-no-schedule-taint=weave.works/kured-node-reboot',
      ]).settings.node;
      const patch = standingPatch(node({}), { taint, kuredAnnotations }, 'on', at(0));
      assert.deepEqual(patch?.taints, [{ key: 'weave.works/kured-node-reboot', effect: 'PreferNoSchedule' }]);
      const off = standingPatch(node({ taints: patch?.taints ?? [] }), { taint, kuredAnnotations }, 'off', at(0));
      assert.deepEqual(off?.taints, []);
    },
    'differs in that a kubelet may not set it; the file says what it takes': () =>
      assert.match(
        imported(['--prefer-no-schedule-taint=a']).comment('node.preferNoScheduleTaint'),
        /a kubelet may not set it: credentials\.kubeconfig has to name credentials that may/,
      ),
  },
  'metrics-host': {
    'is the address that serves metrics, IPv6 too': () => {
      assert.deepEqual(listens(['--metrics-host=10.0.0.5']), { is: 'tcp', host: '10.0.0.5', port: 8080 });
      assert.deepEqual(listens(['--metrics-host=::1', '--metrics-port=9']), { is: 'tcp', host: '::1', port: 9 });
    },
  },
  'metrics-port': {
    'is its port, on all addresses without a host, and the file says that they are those of the machine': () => {
      assert.deepEqual(listens(['--metrics-port=9100']), { is: 'tcp', host: '0.0.0.0', port: 9100 });
      assert.match(
        imported(['--metrics-port=9100']).comment('metrics.listen'),
        /a port of the machine itself, and not of a pod, on all its addresses/,
      );
    },
    'differs where it is not given: nothing listens, and that is said': () => {
      assert.equal(imported([]).settings.metrics.listen, null);
      assert.match(imported([]).note('metrics-port'), /kured serves metrics on port 8080 of its pod/);
    },
    'that is none is told': () =>
      assert.match(problemsOf(['--metrics-port=0'])[0] ?? '', /no port that a scrape could name/),
  },
  'log-format': {
    'differs: entries have fields by themselves, and that is said': () =>
      assert.match(
        imported(['--log-format=json']).note('log-format'),
        /the journal has fields and message IDs by itself/,
      ),
  },
} as const satisfies Readonly<Record<string, Shown>>;
