/**
 * `make packages`: deb and rpm for both architectures in dist/packages/, with a list of their sizes.
 * Options: --fast (for tests: bigger, in seconds), --arch amd64, --version 0.1.1-test, --release 1, --folder FOLDER.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, sourceVersion } from '../source.ts';
import { makePackages } from './make.ts';
import { type Arch, names } from './package.ts';

const { values } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    arch: { type: 'string', multiple: true, default: Object.keys(names) },
    version: { type: 'string', default: sourceVersion() },
    release: { type: 'string', default: '1' },
    folder: { type: 'string', default: `${root}dist/packages` },
  },
});

for (const arch of values.arch) {
  if (!Object.hasOwn(names, arch))
    throw new Error(`there is no "${arch}" here; it is ${Object.keys(names).join(' or ')}`);
  const began = performance.now();
  const { version, release } = values;
  const packages = await makePackages(
    { arch: arch as Arch, version, release },
    values.fast ? 'fast' : 'release',
    resolve(values.folder),
  );
  for (const file of Object.values(packages)) {
    console.log(`${file}\t${(statSync(file).size / 1e6).toFixed(1)} MB`);
  }
  console.error(`packages: ${arch} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
