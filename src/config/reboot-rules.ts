import { type NoReboot, noRebootIn } from './no-reboot.ts';
import { type ConfigProblem, type ConfigWarning, problemAt, warningAt } from './problem.ts';
import type { Given } from './read-keys.ts';
import type { Key, Values } from './schema.ts';

/** What must hold between the keys that say how the machine is rebooted. */
export function rebootProblems(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigProblem[] {
  const method = given.get('reboot.method');
  if (values['reboot.method'] === 'command' && values['reboot.command'] === null && method !== undefined) {
    const message =
      'reboot.method is command, so reboot.command must say which, for example [/usr/bin/systemctl, kexec]';
    return [problemAt('missing', method.valueAt, message)];
  }
  const command = given.get('reboot.command');
  const other = noRebootIn(values['reboot.command'] ?? []);
  if (command !== undefined && other !== null)
    return [problemAt('bad-value', command.valueAt, `reboot.command ${commandProblem(other)}`)];
  const signal = given.get('reboot.signal');
  const why = signalProblem(values['reboot.signal']);
  return signal === undefined || why === null ? [] : [problemAt('bad-value', signal.valueAt, why)];
}

const softly = 'reboot.method soft-reboot asks for one and proves it';

function commandProblem({ is, word }: NoReboot): string {
  switch (is) {
    case 'soft':
      return `asks for a soft reboot, which keeps the boot ID, so it would never be proven; ${softly}`;
    case 'off':
      return `switches the machine off (${word}), and nothing would switch it on again; [/usr/bin/systemctl, reboot] reboots it`;
    case 'asleep':
      return `puts the machine to sleep (${word}), which is no reboot, and nothing would wake it; [/usr/bin/systemctl, reboot] reboots it`;
  }
}

/** What systemd makes of these signals (systemd(1), where SIGRTMIN is 34) is no reboot that could be proven. */
function signalProblem(signal: number): string | null {
  if ([41, 51].includes(signal))
    return `reboot.signal ${signal} is a soft reboot, which keeps the boot ID, so it would never be proven; ${softly}`;
  if ([37, 38, 47, 48].includes(signal))
    return `reboot.signal ${signal} switches the machine off, and nothing would switch it on again; 39 (SIGRTMIN+5) reboots it`;
  return null;
}

/** Keys that another method would use. */
export function unusedByMethod(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigWarning[] {
  const method = values['reboot.method'];
  return (['command', 'signal'] as const).flatMap((of) => {
    const key = given.get(`reboot.${of}`);
    if (key === undefined || method === of) return [];
    const message = `reboot.${of} is not used, because reboot.method is ${method}; set reboot.method to ${of} to use it`;
    return [warningAt('unused-key', key.keyAt, message)];
  });
}
