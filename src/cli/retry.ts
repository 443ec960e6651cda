import { join } from 'node:path';
import { ask } from '../control/client.ts';
import { controlSocket } from '../control/server.ts';
import { reason } from '../core/reasons.ts';
import { tellReason } from './cluster.ts';
import type { Command } from './commands.ts';
import { isTold } from './daemon-status.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const retryCommand: Command = {
  name: 'retry',
  operands: [],
  summary: 'try again what was given up: out of stuck, or a need that was met and is still there',
  description:
    'Counts attempts from zero again and asks everything anew. Nothing is skipped: permission, Lease and drain are as always.',
  options: {},
  examples: [{ line: 'kured-host retry', what: 'after what "kured-host why" names was mended' }],
  run: retry,
};

async function retry(io: Io): Promise<ExitCode> {
  const socket = join(io.places.runtime, controlSocket.name);
  const asked = await ask(
    socket,
    { method: 'POST', path: '/v1/retry' },
    { clock: io.clock, timeout: 5_000 },
    io.signal,
  );
  switch (asked.is) {
    case 'answer':
      if (asked.status < 300) {
        io.out('asked; "kured-host status" shows what comes of it\n');
        return exitCode.done;
      }
      if (asked.status === 503) return notYet(io, asked.body);
      io.err(`the daemon did not take it: status ${asked.status}; is it of another version?\n`);
      return exitCode.failed;
    case 'nobody':
      tellReason(io, reason('daemon-stopped'));
      return exitCode.unavailable;
    case 'forbidden':
      io.err('only root may ask the daemon for something\n');
      return exitCode.notPermitted;
    case 'failed':
      tellReason(io, reason('daemon-silent', { why: asked.why }));
      return exitCode.unavailable;
  }
}

/** The service runs and has no daemon yet, or none any more, that could try anything. */
function notYet(io: Io, body: unknown): ExitCode {
  const waiting = isTold(body) ? body.waiting : null;
  const { message, remedy } = waiting ?? { message: 'the service is stopping', remedy: '' };
  io.err(`nothing is tried again: ${message}\n${remedy === '' ? '' : `  remedy: ${remedy}\n`}`);
  return exitCode.unavailable;
}
