import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MachineFolders } from './machine-folders.ts';
import { type Exit, startCompanion } from './process.ts';
import { seen, within } from './waiting.ts';

const unshare = ['unshare', '--mount', '--pid', '--uts', '--time', '--fork', '--kill-child', '--mount-proc'] as const;

/** Why no machine can be made here, or null: it takes root and namespaces for mounts, processes, host name and time. */
export function canMakeMachines(): string | null {
  const [program, ...parameters] = unshare;
  const tried = spawnSync(program, [...parameters, '--boottime', '-1', 'true'], { encoding: 'utf8' });
  if (tried.status === 0) return null;
  return `machines need root and namespaces, which are not to be had here: ${(tried.stderr ?? String(tried.error)).trim()}`;
}

/** A machine that is up: its processes see its folders, its boot ID, its name, and an uptime that began at its boot. */
export interface Namespace {
  /** How to start a program in it. */
  enter(command: readonly string[]): readonly string[];
  /** Starts a program whose output goes to the end of the file `log`, and resolves once it runs. */
  start(command: readonly string[], env: NodeJS.ProcessEnv, log: string): Promise<Service>;
  /** Ends every process in it at once, and resolves when they are gone. */
  kill(): Promise<void>;
}

/** A program that runs in a machine. */
export interface Service {
  /** The host's process id of the program itself. */
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Promise<Exit>;
  kill(signal?: NodeJS.Signals): void;
}

const limit = 10_000;

export async function openNamespace(folders: MachineFolders, name: string): Promise<Namespace> {
  const [program, ...parameters] = unshare;
  const script = fileURLToPath(new URL('machine-init.sh', import.meta.url));
  const boottime = ['--boottime', String(-Math.floor(uptime()))];
  const outside = startCompanion(
    program,
    [...parameters, ...boottime, 'sh', script, folders.disk, folders.run, name],
    join(folders.disk, 'machine-init.log'),
  );
  await outside.line(/^up$/, limit);
  const init = childOf(outside.pid);
  const enter: Namespace['enter'] = (command) => [
    'nsenter',
    '--target',
    String(init),
    '--mount',
    '--pid',
    '--uts',
    '--time',
    '--wd=/',
    '--',
    ...command,
  ];
  return {
    enter,
    start: (command, env, log) => startService(enter, folders, command, env, log),
    async kill() {
      // unshare ends only after its child, and that only when nothing is left in the namespace.
      try {
        process.kill(init, 'SIGKILL');
      } catch {}
      await within(limit, `the end of machine ${name}`, () => outside.exited);
    },
  };
}

/** The shell's only task: to leave a sign, just before it becomes the program, that there is a process to kill. */
const sign = 'echo $$ >/run/test-machine/service.pid; exec "$@"';

async function startService(
  enter: Namespace['enter'],
  folders: MachineFolders,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<Service> {
  const folder = join(folders.run, 'test-machine');
  const pidFile = join(folder, 'service.pid');
  rmSync(pidFile, { force: true });
  const output = openSync(log, 'a');
  const [program = '', ...parameters] = enter(['sh', '-c', sign, 'sh', ...command]);
  const outside = spawn(program, parameters, { stdio: ['ignore', output, output], env });
  closeSync(output);
  let running = true;
  const exited = once(outside, 'exit').then(([code, signal]): Exit => {
    running = false;
    return { code, signal };
  });
  exited.catch(() => undefined);
  await awaitSign(folder, pidFile, command, outside);
  const pid = childOf(outside.pid ?? -1);
  return {
    pid,
    get running() {
      return running;
    },
    exited,
    kill(signal = 'SIGKILL') {
      if (running) process.kill(pid, signal);
    },
  };
}

function awaitSign(folder: string, pidFile: string, command: readonly string[], outside: ChildProcess): Promise<true> {
  return seen(
    limit,
    `the start of ${command.join(' ')}`,
    () => {
      if (outside.exitCode !== null) throw new Error(`${command.join(' ')} could not be started: ${outside.exitCode}`);
      return readOr(pidFile, '').endsWith('\n') ? true : undefined;
    },
    (changed) => {
      const watcher = watch(folder, changed);
      outside.on('exit', changed);
      return () => watcher.close();
    },
  );
}

/** The one child of a process, by the host's process ids. */
function childOf(parent: number): number {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = readOr(`/proc/${entry}/stat`, '')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (fields[1] === String(parent)) return Number(entry);
  }
  throw new Error(`process ${parent} has no child`);
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
