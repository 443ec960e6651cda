import type { Route } from '../control/server.ts';
import { type Reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { Status } from '../core/status.ts';

export interface ControlParts {
  readonly status: () => Status | null;
  /** What the service waits for while it has no cluster to speak of. */
  readonly waiting: () => Reason | null;
  readonly retry: () => void;
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
      handle: async () => {
        parts.retry();
        return { status: 202, body: statusBody(parts) };
      },
    },
  ];
}

function statusBody(parts: ControlParts): unknown {
  const status = parts.status();
  if (status !== null) return { running: true, status };
  const waiting = parts.waiting();
  if (waiting === null) return { running: true, status: null, waiting: null };
  return {
    running: true,
    status: null,
    waiting: { code: waiting.code, message: reasonSentence(waiting), remedy: reasonRemedy(waiting) },
  };
}
