import type { Row } from '../language.ts';

/** The kubelet, and what becomes of the Node without it. */
export const kubeletRows: readonly Row[] = [
  [
    'the kubelet reports Ready',
    ({ api, machine, wall }) => {
      api.kubelet(machine.boot.id, true, wall + 1);
      if (api.node !== null) api.node = { ...api.node, readyMessage: '' };
    },
  ],
  [
    'the kubelet reports that it is not Ready: <why>',
    ({ api, machine, wall }, of) => {
      api.kubelet(machine.boot.id, false, wall + 1);
      if (api.node !== null) api.node = { ...api.node, readyMessage: of('why') };
    },
  ],
  ['somebody deletes the Node', ({ api }) => api.deleteNode()],
  ['the kubelet registers the Node anew', ({ api, machine, wall }) => api.registerNode(machine.boot.id, wall + 1)],
];
