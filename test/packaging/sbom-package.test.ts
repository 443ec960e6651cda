import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { root } from '../../scripts/source.ts';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';

interface Listed {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  readonly licenseDeclared: string;
  readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
}

interface Sbom {
  readonly spdxVersion: string;
  readonly packages: readonly Listed[];
  readonly relationships: readonly Readonly<
    Record<'spdxElementId' | 'relationshipType' | 'relatedSpdxElement', string>
  >[];
}

const skip = withoutTools();
const locked = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;

for (const arch of architectures) {
  test(`the list of parts for ${arch} names each part of the bundle, Node with its parts, and koffi`, {
    skip,
  }, async () => {
    using tree = await extracted(arch);
    const { spdxVersion, packages } = tree.sbom;
    assert.equal(spdxVersion, 'SPDX-2.3');
    const listed = new Map(packages.map(({ name, versionInfo }) => [name, versionInfo]));
    const [head = ''] = tree.text('usr/libexec/kured-host/app.cjs').split('*/');
    const bundled = [...head.matchAll(/^ \* {3}(\S+) (\S+), /gm)].map(([, name = '', version = '']) => [name, version]);
    assert.ok(bundled.length > 10, head);
    for (const [name = '', version] of bundled) assert.equal(listed.get(name), version, name);
    const cpu = arch === 'amd64' ? 'x64' : arch;
    assert.equal(listed.get(`@koromix/koffi-linux-${cpu}`), locked['node_modules/koffi'].version);
    assert.equal(listed.get('Node.js'), process.versions.node);
    for (const [name, key] of Object.entries({
      OpenSSL: 'openssl',
      V8: 'v8',
      libuv: 'uv',
      'c-ares': 'ares',
      SQLite: 'sqlite',
    })) {
      assert.equal(listed.get(name), process.versions[key], name);
    }
  });

  test(`in the list for ${arch} each part has one identifier and belongs to the package or to a part of it`, {
    skip,
  }, async () => {
    using tree = await extracted(arch);
    const { packages, relationships } = tree.sbom;
    const ids = packages.map(({ SPDXID }) => SPDXID);
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
    const contained = relationships.filter(({ relationshipType }) => relationshipType === 'CONTAINS');
    assert.deepEqual(
      contained.map((one) => one.relatedSpdxElement).sort(),
      ids.filter((id) => id !== 'SPDXRef-kured-host').sort(),
    );
    for (const { spdxElementId } of contained) assert.ok(ids.includes(spdxElementId), spdxElementId);
  });

  test(`in the list for ${arch} what npm brought has the checksum of the lockfile`, { skip }, async () => {
    using tree = await extracted(arch);
    const pino = tree.sbom.packages.find(({ name }) => name === 'pino')?.checksums?.[0];
    const sum = Buffer.from(pino?.checksumValue ?? '', 'hex').toString('base64');
    assert.deepEqual([pino?.algorithm, `sha512-${sum}`], ['SHA512', locked['node_modules/pino'].integrity]);
  });

  test(`the terms of every part are in the packages for ${arch}`, { skip }, async () => {
    using tree = await extracted(arch);
    const all = gunzipSync(tree.bytes('usr/share/doc/kured-host/NOTICES.txt.gz')).toString();
    assert.ok(all.includes(readFileSync(`${root}node_modules/node-linux-${process.arch}/LICENSE`, 'utf8').trim()));
    const debian = tree.text('usr/share/doc/kured-host/copyright');
    const terms = output(
      'rpm',
      '--query',
      '--package',
      '--queryformat',
      '%{license}',
      (await builtPackages())[arch].rpm,
    );
    for (const { name, licenseDeclared } of tree.sbom.packages) {
      assert.ok(all.includes(name) || name === 'kured-host' || debian.includes(`Files: Node.js/${name}/*\n`), name);
      if (name !== 'kured-host') assert.match(debian, new RegExp(`^Files: (\\S+/)?${RegExp.escape(name)}/\\*$`, 'm'));
      assert.ok(terms.includes(licenseDeclared), `${name}: ${licenseDeclared}`);
    }
  });
}

async function extracted(arch: (typeof architectures)[number]) {
  const scratch = scratchFolder();
  output('dpkg-deb', '--extract', (await builtPackages())[arch].deb, scratch.path);
  const bytes = (path: string) => readFileSync(join(scratch.path, path));
  const text = (path: string) => bytes(path).toString();
  const sbom: Sbom = JSON.parse(text('usr/share/doc/kured-host/sbom.spdx.json'));
  return { bytes, text, sbom, [Symbol.dispose]: () => scratch[Symbol.dispose]() };
}
