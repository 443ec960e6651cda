import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ask, type Question } from '../../src/control/client.ts';
import { openControl, type Route } from '../../src/control/server.ts';
import type { Log, LogFields } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';

export const never = new AbortController().signal;
export const timeout = 20_000;

export const ask5 = (clock: ManualClock, socket: string, question: Question, signal = never) =>
  ask(socket, question, { clock, timeout: 5_000 }, signal);

export function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-control-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const routes: readonly Route[] = [
  { method: 'GET', path: '/status', handle: async () => ({ status: 200, body: { phase: 'idle' } }) },
  { method: 'GET', path: '/metrics', handle: async () => ({ status: 200, text: 'up 1\n', type: 'text/plain' }) },
  { method: 'POST', path: '/retry', handle: async (body) => ({ status: 202, body: { got: body } }) },
  { method: 'POST', path: '/broken', handle: () => Promise.reject(new Error('a secret of the daemon')) },
];

export async function opened(t: TestContext, table = routes) {
  const folder = join(ownFolder(t), 'run', 'kured-host');
  const clock = new ManualClock();
  const told: LogFields[] = [];
  const log: Log = {
    event: (code, fields) => void told.push({ code, ...fields }),
    always: () => undefined,
    setLevel: () => undefined,
  };
  const server = await openControl(folder, table, { clock, log });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    const done = server.close();
    while (!(await Promise.race([done.then(() => true), clock.settle().then(() => false)]))) await clock.step();
  };
  t.after(close);
  return { folder, clock, told, close, control: join(folder, 'control.sock'), status: join(folder, 'status.sock') };
}
