import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/source.ts';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';

const skip = withoutTools('lintian', 'rpmlint');

for (const arch of architectures) {
  test(`lintian has nothing to say about the deb for ${arch}`, { skip }, async () => {
    using scratch = scratchFolder();
    const { deb } = (await builtPackages())[arch];
    const again = asDebianPacks(deb, scratch.path);
    const { status, stdout, stderr } = spawnSync('lintian', ['-E', '--pedantic', '--allow-root', again], {
      encoding: 'utf8',
      // It takes its time when the machine is busy.
      timeout: 300_000,
    });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });

  test(`rpmlint has nothing to say about the rpm for ${arch}`, { skip }, async () => {
    using scratch = scratchFolder();
    const { rpm } = (await builtPackages())[arch];
    const PATH = `${relativeCpio(scratch.path)}:${process.env.PATH}`;
    const { status, stdout } = spawnSync('rpmlint', ['--config', `${root}packaging/rpmlint.toml`, rpm], {
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    assert.match(stdout, / 0 errors, 0 warnings/);
    assert.equal(status, 0, stdout);
  });
}

/** A folder with a cpio that rpmlint unpacks with: nfpm's names begin with a slash, and root's own cpio would write there. */
function relativeCpio(folder: string): string {
  writeFileSync(join(folder, 'cpio'), '#!/bin/sh\nexec /usr/bin/cpio --no-absolute-filenames "$@"\n', { mode: 0o755 });
  return folder;
}

/** What is in it, in a compression that Debian's own tools accept: zstd is for tests, and the release's xz takes long. */
function asDebianPacks(deb: string, folder: string): string {
  const [tree, again] = [join(folder, 'tree'), join(folder, 'again.deb')];
  output('dpkg-deb', '--raw-extract', deb, tree);
  output('dpkg-deb', '--root-owner-group', '-Zgzip', '-z1', '--build', tree, again);
  return again;
}
