import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { root } from '../../scripts/source.ts';
import { acceptTexts } from '../../src/config/accept.ts';

const scripts = join(root, 'packaging/sentinels');
const recipes = join(root, 'packaging/recipes');

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What each program is asked. */
const questions = {
  dnf: 'needs-restarting -r',
  needrestart: '-b -k',
  'rpm-ostree': 'status --json --pending-exit-77',
  bootc: 'status --format=yaml',
} as const;

/** What the script answers where the program it asks is one that prints this and ends so; null: there is no such program. */
function answer(t: TestContext, script: string, says: string | null, code: number): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, asked] of Object.entries(questions)) {
    // What is not said is not asked for either: the script finds the program by its arguments alone.
    const text = `#!/bin/sh\n[ "$*" = '${asked}' ] && [ "$LC_ALL" = C ] || exit 99\ncat <<'END'\n${says}\nEND\nexit ${code}\n`;
    if (says === null) continue;
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { PATH: `${folder}:/usr/bin:/bin`, LC_ALL: 'de_DE.UTF-8' };
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(scripts, script)], { env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** As dnf 4.23 and dnf5 5.2 print it. */
const required = `Updating and loading repositories:
Repositories loaded.
Core libraries or services have been updated since boot-up:
  * kernel
  * systemd

Reboot is required to fully utilize these updates.
More information: https://access.redhat.com/solutions/27943`;
const notRequired = `No core libraries or services have been updated since boot-up.
Reboot should not be necessary.`;
const kernel = (state: number): string => `NEEDRESTART-VER: 3.6
NEEDRESTART-KCUR: 6.12.41+deb13-amd64
NEEDRESTART-KEXP: 6.12.48+deb13-amd64
NEEDRESTART-KSTA: ${state}`;
const newer = 'kernel 6.12.48+deb13-amd64 is installed, 6.12.41+deb13-amd64 runs\n';

/** As rpm-ostree's `status --json` prints deployments, those that are booted next first. */
const deployments = (...list: readonly Readonly<Record<string, string | boolean>>[]): string =>
  JSON.stringify({ deployments: list, transaction: null, 'update-driver': null }, null, 2).replaceAll('": ', '" : ');
const booted = { unlocked: 'none', booted: true, version: '41.1.3.0', checksum: 'aaa1', staged: false };
const staged = { staged: true, booted: false, checksum: 'bbb2', version: '41.2.3.0', 'base-checksum': 'ccc3' };
const rolledBack = { ...booted, booted: false };

/** As bootc's `status` prints a host (its docs, host-v1.schema.json). */
const entry = (digest: string, more = ''): string => `
    image:
      image:
        image: quay.io/example/os:latest
        transport: registry
      version: nightly
      timestamp: 2025-10-14T19:22:15Z
      imageDigest: ${digest}
    cachedUpdate:
      image:
        image: quay.io/example/os:next
        transport: registry
      imageDigest: sha256:cached
    incompatible: false
    pinned: false${more}
    ostree:
      checksum: 3c6d
      deploySerial: 0`;
const host = (
  stagedEntry: string,
  bootedEntry = entry('sha256:old'),
  queued = false,
): string => `apiVersion: org.containers.bootc/v1
kind: BootcHost
metadata:
  name: host
spec:
  image:
    image: quay.io/example/os:latest
    transport: registry
  bootOrder: default
status:
  staged:${stagedEntry}
  booted:${bootedEntry}
  rollback: null
  rollbackQueued: ${queued}
  type: bootcHost`;
const layered = `
    image: null
    incompatible: true
    pinned: false
    ostree:
      checksum: 3c6d`;

const answers: readonly (readonly [
  script: string,
  what: string,
  says: string | null,
  ended: number,
  code: number,
  out: string,
])[] = [
  ['dnf', 'a reboot is required', required, 1, 0, 'kernel\nsystemd\n'],
  ['dnf', 'none is', notRequired, 0, 1, ''],
  ['dnf', 'a broken database, which ends with 1 as well', 'Error: rpmdb open failed', 1, 2, ''],
  ['dnf', 'no such command, which ends with 1 as well', 'No such command: needs-restarting.', 1, 2, ''],
  ['dnf', 'an option it does not know', 'Unknown argument "-r"', 2, 2, ''],
  ['dnf', 'the sentence of a yes, ended by something else', required, 137, 2, ''],
  ['dnf', 'the sentence within another one', `echo: ${required.replaceAll('\n', ' ')}`, 1, 2, ''],
  ['dnf', 'no dnf', null, 0, 2, ''],
  ['needrestart', 'nothing newer', kernel(1), 0, 1, ''],
  ['needrestart', 'a security update of the same kernel', kernel(2), 0, 0, newer],
  ['needrestart', 'another kernel', kernel(3), 0, 0, newer],
  ['needrestart', 'a kernel it does not know', kernel(0), 0, 2, ''],
  ['needrestart', 'a state that nobody knows', kernel(4), 0, 2, ''],
  ['needrestart', 'nothing, as in a container', 'NEEDRESTART-VER: 3.6', 0, 2, ''],
  ['needrestart', 'an answer, and an error', kernel(3), 1, 2, ''],
  ['needrestart', 'no needrestart', null, 0, 2, ''],
  ['rpm-ostree', 'the first deployment runs', deployments(booted, rolledBack), 0, 1, ''],
  ['rpm-ostree', 'another is staged', deployments(staged, booted), 77, 0, 'deployment 41.2.3.0 bbb2\n'],
  ['rpm-ostree', 'a rollback', deployments(rolledBack, booted), 77, 0, 'deployment 41.1.3.0 aaa1\n'],
  [
    'rpm-ostree',
    'one without a version is staged',
    deployments({ staged: true, checksum: 'bbb2' }, booted),
    77,
    0,
    'deployment bbb2\n',
  ],
  [
    'rpm-ostree',
    'one is staged under a lock, which a reboot drops',
    deployments({ ...staged, 'finalization-locked': true }, booted),
    77,
    1,
    '',
  ],
  ['rpm-ostree', 'an error', 'error: Loading sysroot: not booted via libostree', 1, 2, ''],
  ['rpm-ostree', 'nothing, and a yes', 'System is not booted', 77, 2, ''],
  ['rpm-ostree', 'nothing, and a no', '', 0, 2, ''],
  ['rpm-ostree', 'an option it does not know', 'error: Unknown option --pending-exit-77', 1, 2, ''],
  ['rpm-ostree', 'no rpm-ostree', null, 0, 2, ''],
  ['bootc', 'nothing is staged', host(' null'), 0, 1, ''],
  ['bootc', 'an image is staged', host(entry('sha256:new')), 0, 0, 'image quay.io/example/os:latest sha256:new\n'],
  [
    'bootc',
    'one that is to be booted',
    host(entry('sha256:new', '\n    downloadOnly: false')),
    0,
    0,
    'image quay.io/example/os:latest sha256:new\n',
  ],
  ['bootc', 'one that was only downloaded', host(entry('sha256:new', '\n    downloadOnly: true')), 0, 1, ''],
  ['bootc', 'one that has packages of its own', host(layered), 0, 0, 'image 3c6d\n'],
  [
    'bootc',
    'a rollback',
    host(' null', entry('sha256:old'), true),
    0,
    0,
    'the image from before is booted next (bootc rollback)\n',
  ],
  ['bootc', 'a machine that it does not update', host(' null', ' null'), 0, 2, ''],
  ['bootc', 'what it does not know of what is staged', host(' something'), 0, 2, ''],
  ['bootc', 'an error', 'error: Status: Initializing storage: Permission denied', 1, 2, ''],
  ['bootc', 'an answer, and an error', host(entry('sha256:new')), 1, 2, ''],
  ['bootc', 'a format it does not know', "error: unexpected argument '--format' found", 2, 2, ''],
  ['bootc', 'no bootc', null, 0, 2, ''],
];

describe('a sentinel that is shipped', () => {
  for (const [script, what, says, ended, code, out] of answers) {
    it(`${script}: ${what}: ${['required', 'not required', 'unknown'][code]}`, (t) => {
      const said = answer(t, script, says, ended);
      assert.deepEqual([said.code, said.out], [code, out], said.err);
      // Who looks for the cause finds what the program said.
      const last = says?.trim().split('\n').at(-1) ?? 'not found';
      if (code === 2) assert.ok(said.err.includes(last), said.err);
      else assert.equal(said.err, '');
    });
  }

  for (const name of readdirSync(recipes)) {
    it(`is switched on by a recipe that is a valid drop-in: ${name}`, () => {
      const accepted = acceptTexts([{ file: name, text: readFileSync(join(recipes, name), 'utf8') }]);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual(accepted.warnings, []);
      const { command, files } = accepted.settings.sentinel;
      if (command === null) assert.deepEqual(files, ['/run/reboot-needed']);
      else assert.deepEqual(command, [`/usr/libexec/kured-host/sentinels/${name.replace('.yaml', '')}`]);
    });
  }
});
