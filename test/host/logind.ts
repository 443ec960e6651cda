import type { Guest } from './guest.ts';

/** A lock on the machine's shutdown, held by a process in the guest. */
export interface Inhibitor {
  /** Of its holder, as logind shows it. */
  readonly pid: number;
  release(): Promise<void>;
}

/** Takes a lock as systemd-inhibit(1) does, once logind shows it. */
export async function holdInhibitor(
  guest: Guest,
  mode: 'block' | 'block-weak' | 'delay',
  who: string,
  why: string,
): Promise<Inhibitor> {
  const unit = `inhibits-${who}-${guest.boots}`;
  const lock = ['systemd-inhibit', '--what=shutdown', `--mode=${mode}`, `--who=${who}`, `--why=${why}`];
  await guest.must(['systemd-run', `--unit=${unit}`, '--property=Type=exec', ...lock, 'sleep', 'infinity']);
  await guest.sees('the lock', ['systemd-inhibit', '--list', '--no-pager'], new RegExp(`${who}.*${mode}`));
  const pid = Number(await guest.show(unit, 'MainPID'));
  return { pid, release: async () => void (await guest.systemctl('stop', unit)) };
}

/**
 * Makes the lock one of user 1000. Only with polkit, which the guests have not, may anybody but root take one; so the user is written
 * into the file that logind keeps of each lock, which it reads when it is started again. The holder's pipe keeps the lock held.
 */
export async function giveToUser(guest: Guest, { pid }: Inhibitor): Promise<void> {
  const edit = `sed -i 's/^UID=0$/UID=1000/' "$(grep -l '^PID=${pid}$' /run/systemd/inhibit/*[0-9])"`;
  await guest.must(['sh', '-c', edit]);
  await guest.systemctl('restart', 'systemd-logind');
  await guest.sees('the user of the lock', ['busctl', ...callLogind('ListInhibitors')], new RegExp(` 1000 ${pid}\\b`));
}

/** What busctl is to be told for a call of logind. */
export function callLogind(...call: readonly string[]): readonly string[] {
  const object = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];
  return ['call', '--system', ...object, ...call];
}

/** Resolves when the sentence of `systemctl status` matches, which it tells. */
export async function statusText(guest: Guest, pattern: RegExp, milliseconds?: number): Promise<string> {
  const show = ['systemctl', 'show', '--property=StatusText', '--value', 'kured-host'];
  const multiline = new RegExp(pattern, 'm');
  return await guest.sees('the status', show, multiline, milliseconds);
}

/** From the next boot on somebody is logged in at the guest's console, whose output the host keeps (`console.log`). */
export function logsIn(guest: Guest): void {
  const getty = '/sbin/agetty --autologin root --noreset --noclear --keep-baud 115200 - linux';
  guest.put('/etc/systemd/system/console-getty.service.d/50-test.conf', `[Service]\nExecStart=\nExecStart=-${getty}\n`);
}
