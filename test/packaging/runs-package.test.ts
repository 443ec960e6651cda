import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Arch } from '../../scripts/packages/package.ts';
import { sourceVersion } from '../../scripts/source.ts';
import { skipUnless } from '../cluster/available.ts';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';

const missing = withoutTools();
/** The libraries of the other architecture, as Debian's cross compilers have them. */
const foreign: Readonly<Record<Arch, string>> = { amd64: '/usr/x86_64-linux-gnu', arm64: '/usr/aarch64-linux-gnu' };
const own = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];

const scratch = scratchFolder();
before(async () => {
  if (missing !== false) return;
  const built = await builtPackages();
  for (const arch of architectures) output('dpkg-deb', '--extract', built[arch].deb, join(scratch.path, arch));
});
after(() => scratch[Symbol.dispose]());

for (const arch of architectures) {
  const emulator = { amd64: 'qemu-x86_64', arm64: 'qemu-aarch64' }[arch];
  const skip = missing || (arch === own ? false : skipUnless(cannotRun(arch, emulator)));
  const folder = join(scratch.path, arch, 'usr/libexec/kured-host');
  const node = (...args: readonly string[]) => {
    const program = arch === own ? [] : [emulator, '-L', foreign[arch]];
    const [first = '', ...others] = [...program, join(folder, 'node'), ...args];
    return spawnSync(first, others, { encoding: 'utf8', timeout: 120_000 });
  };

  test(`the program for ${arch} starts with its own Node, and says its version`, { skip }, () => {
    const { status, stdout, stderr } = node(join(folder, 'app.cjs'), 'version');
    assert.match(stdout, new RegExp(`^kured-host ${sourceVersion()} \\(\\S+, Node v${process.versions.node}\\)`));
    assert.deepEqual([status, stderr], [0, '']);
  });

  test(`the program for ${arch} accepts the configuration that comes with it`, { skip }, () => {
    const config = join(scratch.path, arch, 'etc/kured-host/config.yaml');
    const { status, stderr } = node(join(folder, 'app.cjs'), 'config', 'check', config);
    assert.deepEqual([status, stderr], [0, '']);
  });

  test(`the native library for ${arch} is loaded by that Node and reaches its C library`, { skip }, () => {
    const library = JSON.stringify(join(folder, 'koffi.node'));
    const getpid = `require(${library}).load('libc.so.6').func('int getpid()')()`;
    const { status, stdout, stderr } = node('-p', `process.arch + ' ' + (${getpid} === process.pid)`);
    assert.deepEqual([status, stdout, stderr], [0, `${arch === 'amd64' ? 'x64' : 'arm64'} true\n`, '']);
  });

  test(`what the list of parts says of Node is so of the Node for ${arch}`, { skip }, () => {
    const { stdout } = node('-p', 'JSON.stringify(process.versions)');
    assert.deepEqual(JSON.parse(stdout), { ...process.versions });
  });
}

test('the wrapper starts what the package brings, by the paths at which it brings it', { skip: missing }, () => {
  const text = readFileSync(join(scratch.path, 'amd64/usr/bin/kured-host'), 'utf8');
  const paths = text.match(/\/usr\/\S+/g) ?? [];
  assert.deepEqual(paths, ['/usr/libexec/kured-host/node', '/usr/libexec/kured-host/app.cjs']);
  for (const path of paths) assert.ok(existsSync(join(scratch.path, 'amd64', path)), path);
});

function cannotRun(arch: Arch, emulator: string): string | null {
  const there = spawnSync(emulator, ['--version']).status === 0 && existsSync(`${foreign[arch]}/lib/libstdc++.so.6`);
  return there ? null : `no ${emulator} and libraries for ${arch} here (scripts/test-tools.sh installs them)`;
}
