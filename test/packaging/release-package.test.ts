import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { cachedPackages } from '../../scripts/packages/cached.ts';
import { makePackages } from '../../scripts/packages/make.ts';
import { sourceVersion } from '../../scripts/source.ts';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';

const skip = withoutTools('rpm');

/** Beyond these a node's disk and a mirror notice; raise them knowingly. */
const most = { deb: 30_000_000, rpm: 36_000_000 } as const;

const release = async (arch: (typeof architectures)[number]) =>
  await cachedPackages({ arch, version: sourceVersion(), release: '1' }, 'release');

for (const arch of architectures) {
  test(`as released, the deb for ${arch} is under 30 MB and the rpm under 36 MB`, { skip }, async (t) => {
    const { deb, rpm } = await release(arch);
    const sizes = { deb: statSync(deb).size, rpm: statSync(rpm).size };
    t.diagnostic(`${arch}: deb ${(sizes.deb / 1e6).toFixed(1)} MB, rpm ${(sizes.rpm / 1e6).toFixed(1)} MB`);
    assert.ok(sizes.deb < most.deb, `${sizes.deb} bytes`);
    assert.ok(sizes.rpm < most.rpm, `${sizes.rpm} bytes`);
  });

  test(`as released, the packages for ${arch} hold byte for byte what the tests are made with`, { skip }, async () => {
    const [released, fast] = [await release(arch), (await builtPackages())[arch]];
    assert.deepEqual(differing(heldByDeb(released.deb), heldByDeb(fast.deb)), []);
    assert.deepEqual(differing(heldByRpm(released.rpm), heldByRpm(fast.rpm)), []);
  });
}

test('built again from one commit, the released packages are the same byte for byte', { skip }, async () => {
  using scratch = scratchFolder();
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const first = await release(arch);
  const again = await makePackages({ arch, version: sourceVersion(), release: '1' }, 'release', scratch.path);
  for (const kind of ['deb', 'rpm'] as const) {
    assert.ok(readFileSync(again[kind]).equals(readFileSync(first[kind])), kind);
  }
});

/** Names, modes, times and sums of all files, and the same of what is for dpkg itself. dpkg-deb names the root folder, nfpm does not. */
function heldByDeb(deb: string): readonly string[] {
  const data = output('sh', '-c', 'dpkg-deb --fsys-tarfile "$1" | tar -tv --full-time --utc', 'sh', deb);
  const own = ['control', 'md5sums', 'conffiles', 'preinst', 'postinst', 'prerm', 'postrm'];
  const control = output('dpkg-deb', '--info', deb, ...own);
  return [...data.split('\n').filter((line) => !line.endsWith(' ./')), ...control.split('\n')];
}

function heldByRpm(rpm: string): readonly string[] {
  const files = '[%{filenames} %{filemodes} %{filemtimes} %{filedigests}\n]';
  return output('rpm', '--query', '--package', '--queryformat', `${files}%{nevra} %{license} [%{requires}]`, rpm).split(
    '\n',
  );
}

function differing(one: readonly string[], other: readonly string[]): readonly string[] {
  assert.ok(one.length > 30, one.join('\n'));
  const lines = (from: readonly string[], of: string, to: readonly string[]) =>
    from.filter((line) => !to.includes(line)).map((line) => `${of}: ${line}`);
  return [...lines(one, 'released', other), ...lines(other, 'for tests', one)];
}
