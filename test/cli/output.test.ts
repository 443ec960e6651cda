import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const main = join(import.meta.dirname, '../../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'kured-host-output-'));
after(() => rmSync(folder, { recursive: true }));

/** A configuration that is shown in more than the 64 KiB that a pipe holds. */
const long = join(folder, 'long.yaml');
const files = Array.from({ length: 15 }, (_, at) => `/run/${at}/${'x'.repeat(4_080)}`);
const command = ['/bin/true', ...Array.from({ length: 127 }, () => 'x')];
writeFileSync(long, `sentinel: {files: [${files.join(', ')}], command: [${command.join(', ')}]}\n`);
const show = ['config', 'show', '--json', '--config', long];

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of bash in which "$@" is the program with these arguments. */
function bash(line: string, ...args: readonly string[]): Ran {
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', main, ...args];
  return spawnSync('bash', ['-c', `set -o pipefail; ${line}`, 'bash', ...program], { encoding: 'utf8', cwd: folder });
}

describe('what a command says', { timeout: 120_000 }, () => {
  it('arrives whole where it is longer than a pipe holds', () => {
    const { status, stdout } = bash('"$@" | cat', ...show);
    assert.equal(status, 0);
    assert.ok(stdout.length > 65_536);
    assert.deepEqual(JSON.parse(stdout)['sentinel.files'].value, files);
  });

  it('may be read in part: a reader that goes away makes nothing fail', () => {
    const { status, stdout, stderr } = bash('"$@" | head -c 2', ...show);
    assert.deepEqual([status, stdout, stderr], [0, '{\n', '']);
  });

  it('goes into a file behind what is there', () => {
    const { status, stdout } = bash('echo before > file; "$@" >> file; cat file', 'version');
    assert.equal(status, 0);
    assert.match(stdout, /^before\nkured-host .*\n$/);
  });

  for (const line of ['version', 'config import-kured -- --start-time=22:00']) {
    it(`ends with 1, and standard error says so, where the disk is full: ${line}`, () => {
      const { status, stderr } = bash('"$@" > /dev/full', ...line.split(' '));
      assert.equal(status, 1);
      assert.match(stderr, /^standard output could not be written to its end \(ENOSPC: .*\)/m);
    });
  }

  it('ends with 1 where the disk takes only a part of it', () => {
    const { status, stderr } = bash('ulimit -f 16; "$@" > part.json', ...show);
    assert.equal(status, 1);
    assert.match(stderr, /^standard output could not be written to its end \(EFBIG: .*\)/);
  });

  it('leaves no part of an import where the disk takes only a part of it', () => {
    const flags = ['--', '--start-time=22:00', '--concurrency=2', `--reboot-sentinel=/run/${'x'.repeat(2_000)}`];
    const output = join(folder, 'd/50-kured.yaml');
    const line = 'mkdir d; ulimit -f 1; "$@"; code=$?; ls -A d; exit $code';
    const { status, stdout, stderr } = bash(line, 'config', 'import-kured', '--output', output, ...flags);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /50-kured\.yaml is not written: EFBIG: .*; nothing is written$/m);
  });

  it('leaves the code of what failed already as it is, when it is lost', () => {
    const { status } = bash('"$@" > /dev/full', 'config', 'check', '--json', join(folder, 'missing.yaml'));
    assert.equal(status, 78);
  });

  it('ends with 1 where standard error is lost: the notes of an import are part of it', () => {
    const { status, stdout } = bash('"$@" 2> /dev/full', 'config', 'import-kured', '--', '--force-reboot');
    assert.equal(status, 1);
    assert.match(stdout, /^# The settings of kured/);
  });
});
