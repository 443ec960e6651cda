import { reason } from '../../../src/core/reasons.ts';
import type { Row } from '../language.ts';

/** The pods that have to go. While there are any, a drain says what is left, and waits. */
export const podRows: readonly Row[] = [
  [
    'the node has the pods <pods>',
    ({ machine }, of) => {
      machine.pods = of('pods').split(/, | and /);
      machine.podsAtFirst = machine.pods.length;
    },
  ],
  [
    'the budget <budget> allows no eviction of <pod>',
    ({ machine }, of) => {
      if (!machine.pods.includes(of('pod'))) throw new Error(`the node has only ${machine.pods.join(', ')}`);
      machine.budgets.set(of('pod'), of('budget'));
    },
  ],
  [
    'the pod <pod> is gone',
    ({ machine }, of) => {
      if (!machine.pods.includes(of('pod'))) throw new Error(`the node has only ${machine.pods.join(', ')}`);
      machine.pods = machine.pods.filter((pod) => pod !== of('pod'));
    },
  ],
  [
    'all pods are gone',
    ({ machine }) => {
      machine.pods = [];
    },
  ],
  [
    'the drain cannot go on: <why>',
    (world, of) => {
      const flight = world.process?.flights.get('drain');
      if (flight === undefined) throw new Error('no drain is under way');
      const end = { is: 'failed', reason: reason('drain-failed', { why: of('why') }) } as const;
      world.answer(flight, { on: 'drain-ended', end });
    },
  ],
];
