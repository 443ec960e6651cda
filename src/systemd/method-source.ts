import { readFile } from 'node:fs/promises';
import type { RebootMethod } from '../core/lease/record.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Permission } from '../core/permission.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { PermissionSource } from '../ports/source.ts';
import { readSoftReboots } from './boot.ts';
import type { Systemctl } from './jobs.ts';

export interface MethodDeps {
  readonly systemctl: Systemctl;
  /** `kexecFile`, elsewhere for tests. */
  readonly kexecFile: string;
  readonly method: () => RebootMethod;
}

/** 1 while a kernel is loaded that kexec would boot; not there where the kernel cannot do that at all. */
export const kexecFile = '/sys/kernel/kexec_loaded';

const methodSourceName = 'reboot.method';

/**
 * Whether this machine can be rebooted by the configured method, as a source of permission: a soft reboot where systemd counts
 * them, since it would not be proven elsewhere; kexec where a kernel is loaded, since without one logind reboots in full and says nothing.
 */
export function methodSource({ systemctl, kexecFile: file, method }: MethodDeps): PermissionSource {
  return {
    name: methodSourceName,
    async ask(signal) {
      switch (method()) {
        case 'soft-reboot':
          return await askForCount(systemctl, signal);
        case 'kexec': {
          const why = await kexecProblem(file);
          return why === null ? { is: 'allowed' } : { is: 'refused', reasons: [why] };
        }
        case 'logind':
        case 'command':
        case 'signal':
          return { is: 'allowed' };
      }
    },
    watch: () => {},
  };
}

/** The same where systemd does not run: a node would be drained for a reboot that nobody can be asked for. */
export function commandOnly(method: () => RebootMethod): PermissionSource {
  return {
    name: methodSourceName,
    ask: async () => {
      const now = method();
      if (now === 'command') return { is: 'allowed' };
      const remedy = 'run it where systemd does, or set reboot.method to command';
      return {
        is: 'refused',
        reasons: [unusable(now, 'systemd does not run here, so there is nobody to ask', remedy)],
      };
    },
    watch: () => {},
  };
}

async function askForCount(systemctl: Systemctl, signal: AbortSignal): Promise<Permission> {
  const soft = await readSoftReboots(systemctl, signal);
  if (soft.is === 'unreadable') {
    return { is: 'unknown', reasons: [reason('permission-unknown', { source: methodSourceName, why: soft.why })] };
  }
  if (soft.count !== null) return { is: 'allowed' };
  const why =
    'a soft reboot keeps the boot ID, and this systemd does not count them (256 and newer do), so it could not be proven';
  return { is: 'refused', reasons: [unusable('soft-reboot', why, 'set reboot.method to logind, or upgrade systemd')] };
}

/** Null: a kernel is loaded. */
export async function kexecProblem(file: string): Promise<Reason | null> {
  const load = "load one (`kexec --load`, or the distribution's service for it), or set reboot.method to logind";
  try {
    if ((await readFile(file, 'utf8')).trim() === '1') return null;
    return unusable('kexec', 'no kernel is loaded, and logind would reboot in full without one', load);
  } catch (error) {
    const why = outsideText(error instanceof Error ? error.message : String(error), 200);
    return unusable('kexec', `nobody can tell whether a kernel is loaded: ${why}`, load);
  }
}

function unusable(method: RebootMethod, why: string, remedy: string): Reason {
  return reason('method-unusable', { method, why, remedy });
}
