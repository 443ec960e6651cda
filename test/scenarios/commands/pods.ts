import type { PodView } from '../../../src/core/drain/pod.ts';
import { remainingText } from '../../../src/core/drain/remaining.ts';
import { reason } from '../../../src/core/reasons.ts';
import { DrainWaits } from '../../../src/daemon/drain-waits.ts';
import type { Row } from '../language.ts';
import type { World } from '../world/world.ts';

/** The pods that have to go. */
export const podRows: readonly Row[] = [
  [
    'the node has the pods <pods>',
    (world, of) => {
      world.machine.pods = of('pods').split(/, | and /);
      world.machine.podsAtFirst = world.machine.pods.length;
    },
  ],
  ['the pods begin to end', (world) => progress(world)],
  [
    'the budget <budget> allows no eviction of <pod>',
    (world, of) => {
      world.machine.budgets.set(of('pod'), of('budget'));
      progress(world);
    },
  ],
  [
    'the pod <pod> is gone',
    (world, of) => {
      const { machine } = world;
      if (!machine.pods.includes(of('pod'))) throw new Error(`the node has only ${machine.pods.join(', ')}`);
      machine.pods = machine.pods.filter((pod) => pod !== of('pod'));
      if (machine.pods.length > 0) progress(world);
    },
  ],
  [
    'all pods are gone',
    (world) => {
      world.machine.pods = [];
    },
  ],
  [
    'the drain cannot go on: <why>',
    (world, of) => {
      const flight = world.process?.flights.get('drain');
      if (flight === undefined) throw new Error('no drain is under way');
      world.answer(flight, {
        on: 'drain-ended',
        end: { is: 'failed', reason: reason('drain-failed', { why: of('why') }) },
      });
    },
  ],
];

/** The drain says what is left, in its own words. */
function progress(world: World): void {
  const { machine } = world;
  if (world.process?.flights.has('drain') !== true) throw new Error('no drain is under way');
  const waits = new DrainWaits({ now: () => world.now(), mono: () => world.mono } as ConstructorParameters<
    typeof DrainWaits
  >[0]);
  for (const [pod, name] of machine.budgets) waits.postpone(pod, { is: 'budget', name, retryAfter: null });
  const left = machine.pods.map((pod) => podOf(pod, machine.budgets.has(pod) ? null : world.wall));
  const text = (notes: ReadonlyMap<string, string>) => remainingText({ left, total: machine.podsAtFirst }, notes);
  world.tell({ on: 'drain-progress', progress: waits.progress(machine.pods, text) });
}

function podOf(text: string, deletionTime: number | null): PodView {
  const [namespace = '', name = ''] = text.split('/');
  const controller = { kind: 'ReplicaSet', name, apiVersion: 'apps/v1' };
  const common = { labels: {}, mirror: false, usesEmptyDir: false, created: 0, finalizers: [] };
  return { namespace, name, uid: text, phase: 'Running', controller, deletionTime, ...common };
}
