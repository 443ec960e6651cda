import { join } from 'node:path';
import { ask } from '../control/client.ts';
import { statusSocket } from '../control/server.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { ReasonStatus, Status } from '../core/status.ts';
import type { Io } from './io.ts';

/** What the daemon says of itself: its status, or what it waits for while it has none. */
export interface Told {
  readonly status: Status | null;
  readonly waiting: ReasonStatus | null;
  readonly configuration: ConfigurationTold;
}

/** What waits for the Lease's release, and why the files on disk were refused. */
export interface ConfigurationTold {
  readonly waits: readonly string[];
  readonly refused: string | null;
  readonly identity: string | null;
}

const nothing: ConfigurationTold = { waits: [], refused: null, identity: null };

export type DaemonAnswer =
  | { readonly is: 'told'; readonly told: Told }
  | { readonly is: 'stopped'; readonly why: Reason }
  /** It runs, or something else listens there, and did not answer in time or in a way that is understood. */
  | { readonly is: 'silent'; readonly why: Reason }
  | { readonly is: 'forbidden'; readonly socket: string };

/** How long the daemon may take, milliseconds. */
const longest = 5_000;

/** Asks the running daemon for its status. */
export async function askDaemon(io: Io): Promise<DaemonAnswer> {
  const socket = join(io.places.runtime, statusSocket.name);
  const question = { method: 'GET', path: '/v1/status' } as const;
  const asked = await ask(socket, question, { clock: io.clock, timeout: longest }, io.signal);
  switch (asked.is) {
    case 'nobody':
      return { is: 'stopped', why: reason('daemon-stopped') };
    case 'forbidden':
      return { is: 'forbidden', socket };
    case 'failed':
      return { is: 'silent', why: reason('daemon-silent', { why: asked.why }) };
    case 'answer':
      if (asked.status === 200 && isTold(asked.body))
        return { is: 'told', told: { ...asked.body, configuration: asked.body.configuration ?? nothing } };
      return {
        is: 'silent',
        why: reason('daemon-silent', { why: `status ${asked.status} ${shown(asked.body)}`.trim() }),
      };
  }
}

/** A daemon that was not restarted since an update may say nothing of its configuration. */
export function isTold(body: unknown): body is Omit<Told, 'configuration'> & Partial<Told> {
  return typeof body === 'object' && body !== null && 'status' in body;
}

function shown(body: unknown): string {
  return outsideText(typeof body === 'string' ? body : JSON.stringify(body), 200);
}
