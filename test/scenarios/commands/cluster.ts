import type { Row } from '../language.ts';
import { refusedConnection } from '../world/api.ts';

/** The API server and its etcd. */
export const clusterRows: readonly Row[] = [
  [
    'the API server is away',
    ({ api }) => {
      api.away = refusedConnection;
    },
  ],
  [
    'the API server answers again',
    ({ api }) => {
      api.away = null;
    },
  ],
  ['etcd is backed up', ({ api }) => api.keep()],
  [
    'etcd is restored, and the watches break',
    ({ api, process }) => {
      if (!api.restore()) throw new Error('there is no backup; say "etcd is backed up" where it was made');
      for (const watch of Object.values(process?.watches ?? {})) if (watch.is === 'running') watch.is = 'broken';
    },
  ],
  [
    'the manifest grants nothing in the Lease kured-host',
    ({ api }) => {
      api.leaseGranted = false;
    },
  ],
  [
    'the manifest grants no take-over',
    ({ api }) => {
      api.takeOver = false;
    },
  ],
];
