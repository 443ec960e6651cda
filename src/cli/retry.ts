import { join } from 'node:path';
import { ask } from '../control/client.ts';
import { controlSocket } from '../control/server.ts';
import type { Command } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const retryCommand: Command = {
  name: 'retry',
  operands: [],
  summary: 'try again what was given up: out of stuck, or a need that was met and is still there',
  description:
    'Counts attempts from zero again and asks everything anew. Nothing is skipped: permission, Lease and drain are as always.',
  options: {},
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
      io.out('asked; "kured-host status" shows what comes of it\n');
      return exitCode.done;
    case 'nobody':
      io.err('the daemon does not run on this node: systemctl start kured-host\n');
      return exitCode.unavailable;
    case 'forbidden':
      io.err('only root may do this\n');
      return exitCode.notPermitted;
    case 'failed':
      io.err(`the daemon gave no answer: ${asked.why}\n`);
      return exitCode.failed;
  }
}
