import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Finished, runCommand } from '../cluster/process.ts';
import type { Disk } from './guest-disk.ts';

/** How a boot ended: the guest rebooted, was switched off, or was ended from outside. */
export type BootEnd = 'reboot' | 'off' | 'ended';

/** One boot of a guest. */
export interface Boot {
  readonly ended: Promise<BootEnd>;
  readonly over: boolean;
  /** The host's process id of the guest's systemd, once it is that; undefined before and after. */
  readonly leader: number | undefined;
  /** Of this boot, as the guest sees it; undefined before its systemd runs. */
  readonly bootId: string | undefined;
  /** Runs a command inside. An error when the guest is not up. */
  run(command: readonly string[], options?: RunOptions): Promise<Finished>;
}

export interface RunOptions {
  readonly milliseconds?: number;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const script = fileURLToPath(new URL('guest-boot.sh', import.meta.url));

/** What nspawn ends with when the guest asked for a reboot. */
const rebootCode = 133;

/** Starts a boot; what the guest writes to its console goes to the end of the file `console` in the disk's folder. */
export function startBoot(name: string, disk: Disk, parameters: readonly string[]): Boot {
  const output = openSync(join(disk.folder, 'console.log'), 'a');
  const [program = '', ...rest] = disk.beside(['sh', script, name, disk.root, ...parameters]);
  const nspawn = spawn(program, rest, { stdio: ['ignore', output, output] });
  closeSync(output);
  let over = false;
  let leader: number | undefined;
  const ended = once(nspawn, 'exit').then(([code, signal]): BootEnd => {
    over = true;
    if (signal !== null) return 'ended';
    return code === rebootCode ? 'reboot' : code === 0 ? 'off' : 'ended';
  });
  ended.catch(() => undefined);
  const find = (): number | undefined => {
    if (over) return undefined;
    // nspawn's child is called otherwise until it has become the guest's systemd.
    leader ??= childrenOf(nspawn.pid ?? -1).find((pid) => readOr(`/proc/${pid}/comm`) === 'systemd\n');
    return leader;
  };
  return {
    ended,
    get over() {
      return over;
    },
    get leader() {
      return find();
    },
    get bootId() {
      const pid = find();
      return pid === undefined ? undefined : readOr(`/proc/${pid}/root/proc/sys/kernel/random/boot_id`)?.trim();
    },
    async run(command, { milliseconds = 30_000, input = '', env = {} } = {}) {
      const pid = find();
      if (pid === undefined) throw new Error(`guest ${name} is off; it cannot run ${command.join(' ')}`);
      return await runCommand(enter(pid, command, env), { milliseconds, input });
    },
  };
}

/**
 * How to run a command in the guest. The shell between is no part of the guest's processes, so it does not stop when the guest's
 * shutdown stops them all; were it nsenter itself that waits, it would stop as well, and the guest could never end.
 */
function enter(leader: number, command: readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
  const fixed = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    SYSTEMD_PAGER: '',
  };
  const variables = Object.entries({ ...fixed, ...env }).map(([name, value]) => `${name}=${value}`);
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--cgroup', '--pid', '--no-fork', '--root', '--wd'];
  const wait = ['/bin/sh', '-c', '"$@"; exit $?', 'sh', 'setpriv', '--pdeathsig', 'KILL'];
  return ['nsenter', '--target', String(leader), ...namespaces, '--', ...wait, 'env', '-i', ...variables, ...command];
}

/** Resolves when systemd says that it has started all it wants to, with its word for how that went; undefined when the boot ended before. */
export async function awaitStarted(boot: Boot, signal: AbortSignal): Promise<string | undefined> {
  while (!boot.over && !signal.aborted) {
    const state = boot.leader === undefined ? '' : await systemState(boot);
    if (['running', 'degraded', 'maintenance'].includes(state)) return state;
    await pause(50, signal);
  }
  return undefined;
}

async function systemState(boot: Boot): Promise<string> {
  try {
    return (await boot.run(['systemctl', 'is-system-running'], { milliseconds: 10_000 })).stdout.trim();
  } catch {
    return '';
  }
}

/** Between two looks into a guest; over at once when the wait it is part of is. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function childrenOf(pid: number): readonly number[] {
  const children = readOr(`/proc/${pid}/task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
