import type { RebootMethod } from './lease/record.ts';

/** All of them, the default first. */
export const rebootMethods = [
  'logind',
  'soft-reboot',
  'kexec',
  'command',
  'signal',
] as const satisfies readonly RebootMethod[];

/**
 * Whether logind is who takes the machine down. It can be asked afterwards whether it still will; of a command that was started, and
 * of a signal that was sent, nobody is ever certain.
 */
export function asksLogind(method: RebootMethod | undefined): boolean {
  switch (method) {
    case 'logind':
    case 'soft-reboot':
    case 'kexec':
      return true;
    case 'command':
    case 'signal':
    case undefined:
      return false;
  }
}
