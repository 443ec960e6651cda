import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../core/answer.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason, reasonSentence } from '../core/reasons.ts';
import type { CommandRunner } from '../ports/commands.ts';
import { lastInDropIns } from './drop-ins.ts';

export interface RivalParts {
  /** Stands before the paths of other programs' configuration; `/` outside tests. */
  readonly root: string;
  readonly commands: CommandRunner;
  /** Which of these units are active now. */
  activeUnits(names: readonly string[], signal: AbortSignal): Promise<Answer<ReadonlySet<string>>>;
}

/**
 * Who else on this machine is set up to reboot it by itself, without its turn in the Lease: a reason each, with the remedy. They are
 * warned about and hinder nothing: what they do is seen as any other reboot. What cannot be told is a reason as well.
 */
export async function findRivals(parts: RivalParts, signal: AbortSignal): Promise<readonly Reason[]> {
  const [units, apt] = await Promise.all([activeRivals(parts, signal), unattendedUpgrades(parts, signal)]);
  return [...units, ...apt];
}

interface UnitRival {
  readonly unit: string;
  readonly how: string;
  readonly remedy: string;
  /** Where its configuration decides whether it reboots; true: it does. */
  readonly reboots?: (root: string) => Promise<boolean>;
}

const unitRivals: readonly UnitRival[] = [
  {
    unit: 'rebootmgr.service',
    how: 'it reboots in its own window',
    remedy: 'systemctl disable --now rebootmgr, or rebootmgrctl set-strategy off',
    reboots: async (root) => (await valueIn(root, ['etc/rebootmgr.conf'], 'strategy')) !== 'off',
  },
  {
    unit: 'transactional-update.timer',
    how: 'it reboots after an update',
    remedy:
      'set REBOOT_METHOD=kured in /etc/transactional-update.conf, which makes it ask for the reboot by a sentinel',
    reboots: async (root) => {
      const files = ['etc/transactional-update.conf', 'usr/etc/transactional-update.conf'];
      return !['kured', 'notify', 'none'].includes((await valueIn(root, files, 'REBOOT_METHOD')) ?? 'auto');
    },
  },
  {
    unit: 'zincati.service',
    how: 'it reboots into a new release by its own strategy',
    remedy:
      'systemctl disable --now zincati, which ends its updates as well: let rpm-ostree stage them instead, by AutomaticUpdatePolicy=stage ' +
      'in /etc/rpm-ostreed.conf and systemctl enable --now rpm-ostreed-automatic.timer',
    // TOML has comments behind values.
    reboots: async (root) =>
      !/^false\s*(?:#|$)/.test((await lastInDropIns(join(root, 'etc/zincati/config.d'), '.toml', 'enabled')) ?? ''),
  },
  {
    unit: 'locksmithd.service',
    how: 'it reboots after an update by its own strategy',
    remedy: 'systemctl mask --now locksmithd; update-engine goes on with its updates without it',
    reboots: async (root) => (await valueIn(root, ['etc/flatcar/update.conf'], 'REBOOT_STRATEGY')) !== 'off',
  },
  ...['dnf-automatic.timer', 'dnf-automatic-install.timer'].map((unit) => dnf(unit, 'etc/dnf/automatic.conf')),
  dnf('dnf5-automatic.timer', 'etc/dnf/dnf5-plugins/automatic.conf', 'etc/dnf/automatic.conf'),
  {
    unit: 'rpm-ostreed-automatic.timer',
    how: 'it reboots into each new deployment',
    remedy: 'set AutomaticUpdatePolicy=stage in /etc/rpm-ostreed.conf, then systemctl reload rpm-ostreed',
    reboots: async (root) => (await valueIn(root, ['etc/rpm-ostreed.conf'], 'AutomaticUpdatePolicy')) === 'apply',
  },
  {
    unit: 'bootc-fetch-apply-updates.timer',
    how: 'it reboots into each new image',
    remedy:
      'let it stage images only: systemctl edit bootc-fetch-apply-updates.service, with [Service], an empty ExecStart= and ' +
      'ExecStart=/usr/bin/bootc upgrade --quiet. To disable the timer ends updates as well',
    reboots: async (root) => {
      const folder = join(root, 'etc/systemd/system/bootc-fetch-apply-updates.service.d');
      return / --apply\b/.test((await lastInDropIns(folder, '.conf', 'ExecStart')) ?? ' --apply');
    },
  },
  {
    unit: 'systemd-sysupdate-reboot.timer',
    how: 'it reboots into each new version',
    remedy: 'systemctl disable --now systemd-sysupdate-reboot.timer',
  },
];

function dnf(unit: string, ...files: readonly string[]): UnitRival {
  return {
    unit,
    how: 'it reboots after an update',
    remedy: `set "reboot = never" in /${files[0]}`,
    reboots: async (root) => /^when-/.test((await valueIn(root, files, 'reboot')) ?? 'never'),
  };
}

async function activeRivals({ root, activeUnits }: RivalParts, signal: AbortSignal): Promise<readonly Reason[]> {
  const active = await activeUnits(
    unitRivals.map(({ unit }) => unit),
    signal,
  );
  if (active.is === 'unknown') return [reason('rivals-unknown', { why: reasonSentence(active.reason) })];
  const found: Reason[] = [];
  for (const { unit, how, remedy, reboots } of unitRivals) {
    if (active.is !== 'yes' || !active.value.has(unit)) continue;
    if (reboots === undefined || (await reboots(root))) found.push(reason('rival', { name: unit, how, remedy }));
  }
  return found;
}

const automaticReboot = 'Unattended-Upgrade::Automatic-Reboot';
const aptTimeout = 10_000;

/**
 * apt's own word decides: it knows every file, comment and way to write "yes" (apt-config(8), `/b`). The setting stays behind
 * when the package is removed, so that the program has to be there.
 */
async function unattendedUpgrades({ root, commands }: RivalParts, signal: AbortSignal): Promise<readonly Reason[]> {
  const apt = join(root, 'usr/bin/apt-config');
  const there = await Promise.all([apt, join(root, 'usr/bin/unattended-upgrade')].map(exists));
  if (there.includes(false)) return [];
  const end = await commands.run([apt, 'shell', 'REBOOT', `${automaticReboot}/b`], { timeout: aptTimeout }, signal);
  if (end.is !== 'exited' || end.code !== 0) {
    const why = 'output' in end ? outsideText(end.output, 200) : outsideText(end.why, 200);
    return [reason('rivals-unknown', { why: `apt-config did not say whether ${automaticReboot} is set: ${why}` })];
  }
  if (!/^REBOOT='true'$/m.test(end.output)) return [];
  const how = `${automaticReboot} is "true"`;
  const remedy = `set ${automaticReboot} "false"; in a file of /etc/apt/apt.conf.d`;
  return [reason('rival', { name: 'unattended-upgrades', how, remedy })];
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** The last `key = value` of the first of the files that can be read, in lower case and without quotes; null: it says nothing. */
async function valueIn(root: string, files: readonly string[], key: string): Promise<string | null> {
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8').catch(() => null);
    if (text === null) continue;
    const lines = text.matchAll(new RegExp(`^\\s*${key}\\s*=\\s*["']?([\\w-]*)`, 'gm'));
    return [...lines].at(-1)?.[1]?.toLowerCase() ?? null;
  }
  return null;
}
