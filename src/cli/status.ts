import { join } from 'node:path';
import { ask } from '../control/client.ts';
import { statusSocket } from '../control/server.ts';
import type { ReasonStatus, Status } from '../core/status.ts';
import { type Command, type Given, jsonOption } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const statusCommand: Command = {
  name: 'status',
  operands: [],
  summary: 'where this node is, why it waits, what comes next',
  description: 'Asks the running daemon.',
  options: { json: jsonOption },
  run: status,
};

export const whyCommand: Command = {
  name: 'why',
  operands: [],
  summary: 'every reason why this node does not reboot now, each with its remedy',
  description: 'Asks the running daemon. The first line is the sentence that status, systemctl and the Node show.',
  options: {},
  run: why,
};

interface Told {
  readonly status: Status | null;
  readonly waiting: ReasonStatus | null;
}

async function status(io: Io, given: Given): Promise<ExitCode> {
  const told = await askDaemon(io);
  if (told === null) return exitCode.unavailable;
  if (given.options['json'] === true) io.out(`${JSON.stringify(told.status ?? { waiting: told.waiting }, null, 2)}\n`);
  else io.out(statusText(told));
  return exitCode.done;
}

async function why(io: Io): Promise<ExitCode> {
  const told = await askDaemon(io);
  if (told === null) return exitCode.unavailable;
  io.out(whyText(told));
  return exitCode.done;
}

/** Null: nobody answered, and it was said. */
export async function askDaemon(io: Io): Promise<Told | null> {
  const socket = join(io.places.runtime, statusSocket.name);
  const asked = await ask(
    socket,
    { method: 'GET', path: '/v1/status' },
    { clock: io.clock, timeout: 5_000 },
    io.signal,
  );
  switch (asked.is) {
    case 'answer':
      return asked.body as Told;
    case 'nobody':
      io.err('the daemon does not run on this node: systemctl start kured-host\n');
      return null;
    case 'forbidden':
      io.err(`${socket} may be read by root and the group kured-host only\n`);
      return null;
    case 'failed':
      io.err(`the daemon gave no answer: ${asked.why}\n`);
      return null;
  }
}

function statusText({ status: at, waiting }: Told): string {
  if (at === null) return `waiting: ${waiting?.message ?? 'the daemon has just started'}\n${remedy(waiting)}`;
  const rows: [string, string][] = [
    ['node', at.node],
    ['phase', `${at.phase} since ${at.since}`],
    ['why', at.sentence],
    ['need', at.need.required === 'no' && at.need.text === '' ? 'no' : `${at.need.required} (${at.need.text})`],
    ['lease', leaseText(at)],
    ['boot', at.bootID],
    ['last reboot', at.lastReboot ?? 'not by kured-host, or longer ago than the Node remembers'],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n${remedy(at.stuck ?? at.reason)}`;
}

function leaseText(at: Status): string {
  const { name, holders, queue, place, paused } = at.lease;
  const held = holders.length === 0 ? 'free' : `held by ${holders.join(', ')}`;
  const waiting =
    queue.length === 0 ? '' : `; queue: ${queue.join(', ')}${place === null ? '' : ` (this node: ${place})`}`;
  return `${name}: ${held}${waiting}${paused === null ? '' : `; paused: ${paused}`}`;
}

function whyText({ status: at, waiting }: Told): string {
  if (at === null) return `${waiting?.message ?? 'the daemon has just started'}\n${remedy(waiting)}`;
  const others = at.permission.reasons.filter((one) => one.message !== at.reason.message);
  const lines = others.map((one) => `- ${one.message}\n${remedy(one)}`).join('');
  return `${at.sentence}\n${remedy(at.stuck ?? at.reason)}${lines}`;
}

function remedy(of: ReasonStatus | null): string {
  return of === null || of.remedy === '' ? '' : `  remedy: ${of.remedy}\n`;
}
