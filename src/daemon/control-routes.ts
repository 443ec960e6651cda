import type { Route } from '../control/server.ts';
import type { Reason } from '../core/reasons.ts';
import { reasonStatus, type Status } from '../core/status.ts';
import type { ConfigurationStatus } from './configured.ts';

export interface ControlParts {
  readonly status: () => Status | null;
  /** What the service waits for while it has no cluster to speak of. */
  readonly waiting: () => Reason | null;
  readonly configuration: () => ConfigurationStatus;
  /** Why the credentials' Node is not the daemon's, and what ends it; null: it is. */
  readonly identityWaits: () => string | null;
  /** False: no daemon runs that could be told. */
  readonly retry: () => boolean;
  readonly metrics: () => string;
}

/** What can be asked of the running daemon. Reading is for the group, doing is for root (see control/server.ts). */
export function controlRoutes(parts: ControlParts): readonly Route[] {
  return [
    { method: 'GET', path: '/v1/status', handle: async () => ({ status: 200, body: statusBody(parts) }) },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({ status: 200, text: parts.metrics(), type: 'text/plain; version=0.0.4; charset=utf-8' }),
    },
    {
      method: 'POST',
      path: '/v1/retry',
      handle: async () => ({ status: parts.retry() ? 202 : 503, body: statusBody(parts) }),
    },
  ];
}

function statusBody(parts: ControlParts): unknown {
  const { waits, refused } = parts.configuration();
  const configuration = { waits, refused, identity: parts.identityWaits() };
  const status = parts.status();
  const waiting = status === null ? parts.waiting() : null;
  return { running: true, status, waiting: waiting === null ? null : reasonStatus(waiting), configuration };
}
