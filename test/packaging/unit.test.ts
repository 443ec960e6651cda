import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exitCode } from '../../src/cli/io.ts';
import { skipUnless } from '../cluster/available.ts';
import { repository } from '../docs/pages.ts';

const unit = text('systemd/kured-host.service');
const lines = unit.split('\n');
const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
const needsAnalyze = { skip: skipUnless(analyze ? null : 'no systemd-analyze here to judge the unit file') };

test('systemd takes the unit without a word', needsAnalyze, (t) => {
  // Where the package is not installed its programs and its manual are missing, which is another matter.
  const elsewhere = unit
    .replaceAll(/^(Exec\w+=)\/usr\/libexec\/\S+/gm, '$1/bin/true')
    .replace(/^Documentation=.*$/m, '');
  const { status, output } = judge(t, 'verify', elsewhere);
  assert.deepEqual([status, output], [0, '']);
});

test('the exposure of the unit is 1.6 or lower', needsAnalyze, (t) => {
  const { status, output } = judge(t, 'security', unit, '--offline=true', '--threshold=16');
  t.diagnostic(output.trim().split('\n').at(-1) ?? '');
  assert.equal(status, 0, output);
});

/** What explains itself, or hangs together with the line before, which says why. */
const plain =
  /^(?:Description|Documentation|WantedBy|RestartSec|StateDirectoryMode|DevicePolicy|RuntimeDirectoryPreserve|AmbientCapabilities)=/;

test('each group of directives stands under its reason', () => {
  const bare = lines.filter((line, at) => {
    if (!/^\w+=/.test(line) || plain.test(line)) return false;
    const group = lines.slice(0, at).findLastIndex((before) => !/^\w+=/.test(before));
    return !lines[group]?.startsWith('# ');
  });
  assert.deepEqual(bare, []);
});

test('a stop is given more time than asking what it means and backing out may take together', () => {
  const bound = (file: string, name: string): number => {
    const digits = new RegExp(`^const ${name} = ([\\d_]+);`, 'm').exec(text(file))?.[1];
    return Number(digits?.replaceAll('_', '')) / 1000;
  };
  const all = bound('src/daemon/life.ts', 'stopLimit') + bound('src/daemon/service.ts', 'meaningLimit');
  assert.ok(
    all > 0 && seconds('TimeoutStopSec') > all,
    `TimeoutStopSec is ${seconds('TimeoutStopSec')}, needed: ${all}`,
  );
});

test('it is restarted for ever, but not for what a restart does not mend', () => {
  assert.equal(value('Restart'), 'always');
  assert.equal(value('StartLimitIntervalSec'), '0');
  assert.equal(value('RestartPreventExitStatus'), `${exitCode.usage} ${exitCode.configuration}`);
});

test('nothing stops it with the kubelet or holds its start back until that one is ready', () => {
  const bound = lines.filter((line) => /^(?:Requires|Requisite|BindsTo|PartOf|Wants|Upholds|Conflicts)=/.test(line));
  const ordered = lines.filter((line) =>
    /^(?:After|Before)=.*(?:kubelet|k3s|rke2|snap|k0s|boot-complete|multi-user)/.test(line),
  );
  assert.deepEqual([...bound, ...ordered], []);
});

test('the group that the unit needs is made by sysusers', () => {
  assert.match(text('systemd/kured-host.sysusers'), new RegExp(`^g ${value('Group')} `, 'm'));
});

function judge(t: TestContext, verb: string, content: string, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'kured-host.service');
  writeFileSync(file, content);
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [verb, ...options, file], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function value(name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
}

function seconds(name: string): number {
  return Number(/^(\d+)s$/.exec(value(name))?.[1]);
}

function text(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}
