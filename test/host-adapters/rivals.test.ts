import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Answer, unknown, yes } from '../../src/core/answer.ts';
import { reason, reasonRemedy, reasonSentence } from '../../src/core/reasons.ts';
import { findRivals } from '../../src/host/rivals.ts';
import { directCommands } from '../../src/systemd/transient.ts';
import { skipUnless } from '../cluster/available.ts';
import { realClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';

const waiting = new AbortController().signal;
const aptConfig = '/usr/bin/apt-config';

/** A machine in a folder: the files there are, the units that are active, what apt's configuration says. */
function machine(t: TestContext, files: Readonly<Record<string, string>>, units: Answer<ReadonlySet<string>>) {
  const root = ownFolder(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: 0o755 });
  }
  const env = { PATH: '/usr/bin:/bin', APT_CONFIG: join(root, 'apt.conf') };
  const commands = directCommands({ env, clock: realClock() });
  return { root, commands, activeUnits: async () => units };
}

async function names(parts: ReturnType<typeof machine>): Promise<readonly string[]> {
  return (await findRivals(parts, waiting)).map(({ code, details }) => details['name'] ?? code);
}

const none = yes(new Set<string>());
const active = (...units: readonly string[]) => yes(new Set(units));

const bootcDropIns = 'etc/systemd/system/bootc-fetch-apply-updates.service.d';

const units: readonly (readonly [what: string, unit: string, files: Record<string, string>, found: boolean])[] = [
  ['rebootmgr', 'rebootmgr.service', {}, true],
  ['rebootmgr in a window', 'rebootmgr.service', { 'etc/rebootmgr.conf': '[rebootmgr]\nstrategy=best-effort\n' }, true],
  ['rebootmgr that is off', 'rebootmgr.service', { 'etc/rebootmgr.conf': '[rebootmgr]\nstrategy = off\n' }, false],
  ['transactional-update', 'transactional-update.timer', {}, true],
  [
    'transactional-update that asks by a sentinel',
    'transactional-update.timer',
    { 'etc/transactional-update.conf': '# REBOOT_METHOD=auto\nREBOOT_METHOD="kured"\n' },
    false,
  ],
  [
    'transactional-update as its vendor set it',
    'transactional-update.timer',
    { 'usr/etc/transactional-update.conf': 'REBOOT_METHOD=rebootmgr\n' },
    true,
  ],
  ['zincati', 'zincati.service', {}, true],
  [
    'zincati whose updates are off',
    'zincati.service',
    {
      'etc/zincati/config.d/50-strategy.toml': '[updates]\nenabled = true\nstrategy = "immediate"\n',
      'etc/zincati/config.d/90-disable-auto-updates.toml': '[updates]\nenabled = false # kured-host reboots\n',
      'etc/zincati/config.d/99-notes.txt': 'enabled = true\n',
    },
    false,
  ],
  ['locksmithd', 'locksmithd.service', {}, true],
  ['locksmithd that is off', 'locksmithd.service', { 'etc/flatcar/update.conf': 'REBOOT_STRATEGY=off\n' }, false],
  ['dnf-automatic', 'dnf-automatic.timer', {}, false],
  ['dnf-automatic that never', 'dnf-automatic.timer', { 'etc/dnf/automatic.conf': 'reboot = never\n' }, false],
  [
    'dnf-automatic that reboots',
    'dnf-automatic-install.timer',
    { 'etc/dnf/automatic.conf': '[commands]\n# reboot = never\nreboot = when-needed\n' },
    true,
  ],
  [
    'dnf-automatic as a comment',
    'dnf-automatic.timer',
    { 'etc/dnf/automatic.conf': '# reboot = when-needed\n' },
    false,
  ],
  [
    'dnf 5',
    'dnf5-automatic.timer',
    { 'etc/dnf/dnf5-plugins/automatic.conf': '[commands]\nreboot=when-changed\n' },
    true,
  ],
  ['rpm-ostree', 'rpm-ostreed-automatic.timer', {}, false],
  [
    'rpm-ostree that stages',
    'rpm-ostreed-automatic.timer',
    { 'etc/rpm-ostreed.conf': '[Daemon]\n#AutomaticUpdatePolicy=apply\nAutomaticUpdatePolicy=stage\n' },
    false,
  ],
  [
    'rpm-ostree that applies',
    'rpm-ostreed-automatic.timer',
    { 'etc/rpm-ostreed.conf': '[Daemon]\nAutomaticUpdatePolicy=apply\n' },
    true,
  ],
  ['bootc', 'bootc-fetch-apply-updates.timer', {}, true],
  [
    'bootc that stages only',
    'bootc-fetch-apply-updates.timer',
    { [`${bootcDropIns}/override.conf`]: '[Service]\nExecStart=\nExecStart=/usr/bin/bootc upgrade --quiet\n' },
    false,
  ],
  [
    'bootc that applies with another option',
    'bootc-fetch-apply-updates.timer',
    { [`${bootcDropIns}/override.conf`]: '[Service]\nExecStart=\nExecStart=/usr/bin/bootc upgrade --apply\n' },
    true,
  ],
  [
    'bootc of which a drop-in changes something else',
    'bootc-fetch-apply-updates.timer',
    { [`${bootcDropIns}/override.conf`]: '[Service]\nNice=10\n' },
    true,
  ],
];

describe('a unit that is active', () => {
  for (const [what, unit, files, found] of units) {
    it(`${what} is ${found ? 'warned about' : 'no rival'}`, async (t) => {
      assert.deepEqual(await names(machine(t, files, active(unit))), found ? [unit] : []);
    });
  }

  it('that is not: its configuration alone is no rival', async (t) => {
    assert.deepEqual(await names(machine(t, { 'etc/dnf/automatic.conf': 'reboot = when-needed\n' }, none)), []);
  });

  it('cannot be told from one that is not: that is said', async (t) => {
    const silent = unknown(reason('host-unreadable', { what: 'the state of units', why: 'Connection refused' }));
    const [only, ...more] = await findRivals(machine(t, {}, silent), waiting);
    assert.ok(only !== undefined && more.length === 0);
    assert.match(reasonSentence(only), /cannot tell who else may reboot this node: .*Connection refused/);
  });

  it('is told with a remedy of its own, which says where it ends updates as well', async (t) => {
    const named = active('zincati.service', 'locksmithd.service', 'bootc-fetch-apply-updates.timer');
    const [zincati, locksmithd, bootc] = (await findRivals(machine(t, {}, named), waiting)).map(reasonRemedy);
    assert.match(
      zincati ?? '',
      /^systemctl disable --now zincati, which ends its updates as well: let rpm-ostree stage/,
    );
    assert.match(locksmithd ?? '', /^systemctl mask --now locksmithd; update-engine goes on with its updates/);
    assert.match(bootc ?? '', /^let it stage images only: .*To disable the timer ends updates as well$/);
  });
});

const key = 'Unattended-Upgrade::Automatic-Reboot';
const settings: readonly (readonly [text: string, found: boolean])[] = [
  ['', false],
  [`${key} "true";`, true],
  [`${key} "True";`, true],
  [`${key} "1";`, true],
  [`${key} "yes";`, true],
  [`${key} "false";`, false],
  [`//${key} "true";`, false],
  [`/* ${key} "true"; */`, false],
  [`# ${key} "true";`, false],
  ['Unattended-Upgrade { Automatic-Reboot "true"; };', true],
  [`${key} "true";\n${key} "false";`, false],
  [`${key}-Time "02:00";`, false],
];

describe('unattended-upgrades', { skip: skipUnless(existsSync(aptConfig) ? null : `${aptConfig} is not here`) }, () => {
  const installed = (t: TestContext, text: string) => {
    const parts = machine(t, { 'apt.conf': text, 'usr/bin/unattended-upgrade': '#!/bin/sh\n' }, none);
    symlinkSync(aptConfig, join(parts.root, 'usr/bin/apt-config'));
    return parts;
  };
  for (const [text, found] of settings) {
    it(`${found ? 'reboots' : 'does not reboot'} with: ${text.replace('\n', ' ') || 'nothing said'}`, async (t) => {
      assert.deepEqual(await names(installed(t, text)), found ? ['unattended-upgrades'] : []);
    });
  }

  it('whose configuration apt cannot read is told as unknown, with its words', async (t) => {
    const [only] = await findRivals(installed(t, 'Foo "x'), waiting);
    assert.ok(only?.code === 'rivals-unknown');
    assert.match(reasonSentence(only), /apt\.conf/);
  });

  it('that was removed is no rival, though its setting is still there', async (t) => {
    const parts = machine(t, { 'apt.conf': `${key} "true";`, 'usr/bin/other': '' }, none);
    symlinkSync(aptConfig, join(parts.root, 'usr/bin/apt-config'));
    assert.deepEqual(await names(parts), []);
  });
});
