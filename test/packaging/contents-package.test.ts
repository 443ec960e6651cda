import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Arch, names } from '../../scripts/packages/package.ts';
import { root, sourceVersion } from '../../scripts/source.ts';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';
import { expected, type Held } from './contents.ts';

const skip = withoutTools('rpm');

for (const arch of architectures) {
  test(`the deb for ${arch} holds these files with these modes, all of root's, and nothing else`, {
    skip,
  }, async () => {
    const held = debFiles((await builtPackages())[arch].deb);
    assert.deepEqual(held, wanted('deb', '0/0'));
  });

  test(`the rpm for ${arch} holds these files with these modes, all of root's, and nothing else`, {
    skip,
  }, async () => {
    const held = rpmFiles((await builtPackages())[arch].rpm);
    assert.deepEqual(held, wanted('rpm', 'root/root'));
  });

  test(`what an admin may change is never overwritten by an upgrade, on ${arch}`, { skip }, async () => {
    const { deb, rpm } = (await builtPackages())[arch];
    const conffiles = output('dpkg-deb', '--info', deb, 'conffiles').trim().split('\n').sort();
    assert.deepEqual(conffiles, paths('config'));
    // c: configuration, n: noreplace, d: documentation, l: terms.
    assert.deepEqual(flagged(rpm), {
      cn: paths('config'),
      d: paths('doc'),
      l: paths('license'),
    });
  });

  test(`each script of the repository is in the packages for ${arch}, under its name, and no other`, {
    skip,
  }, async () => {
    const { deb, rpm } = (await builtPackages())[arch];
    using scratch = scratchFolder();
    output('dpkg-deb', '--control', deb, scratch.path);
    for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) {
      assert.equal(readFileSync(join(scratch.path, name), 'utf8'), script(`deb-${name}.sh`));
    }
    for (const name of ['config', 'templates', 'triggers', 'rules'])
      assert.equal(existsSync(join(scratch.path, name)), false);
    const tags = { prein: '', preun: 'rpm-preun.sh', postin: 'rpm-post.sh', postun: 'rpm-postun.sh' };
    for (const [tag, name] of Object.entries({ ...tags, pretrans: '', posttrans: 'rpm-posttrans.sh' })) {
      assert.equal(query(rpm, `%|${tag}?{%{${tag}}}|`).trim(), name === '' ? '' : script(name).trim(), tag);
    }
  });

  test(`the packages for ${arch} say who they are, and their programs are for ${arch}`, { skip }, async () => {
    const { deb, rpm } = (await builtPackages())[arch];
    const version = `${sourceVersion()}-1`;
    assert.equal(output('dpkg-deb', '--field', deb, 'Package', 'Version', 'Architecture'), fields(version, arch));
    assert.equal(query(rpm, '%{nevra} %{os}'), `kured-host-${version}.${names[arch].rpm} linux`);
    using scratch = scratchFolder();
    output('dpkg-deb', '--extract', deb, scratch.path);
    for (const name of ['node', 'koffi.node']) {
      const path = join(scratch.path, 'usr/libexec/kured-host', name);
      assert.equal(machine(path), arch, name);
      assert.doesNotMatch(output('objdump', '--section-headers', path), /\.(symtab|debug_info)\b/, name);
    }
  });
}

function wanted(kind: 'deb' | 'rpm', owner: string): Readonly<Record<string, Held>> {
  const own = expected.filter(({ only }) => only === undefined || only === kind);
  return Object.fromEntries(own.map(({ path, mode }) => [path, { mode, owner }]));
}

function paths(as: string): readonly string[] {
  return expected.flatMap((entry) => (entry.as === as ? [entry.path] : [])).sort();
}

/** A deb also holds the folders above; those that are not the package's own must not be anybody's else but root's either. */
function debFiles(deb: string): Readonly<Record<string, Held>> {
  const own = new Set(expected.map(({ path }) => path));
  const lines = output('sh', '-c', 'dpkg-deb --fsys-tarfile "$1" | tar -tv --numeric-owner', 'sh', deb)
    .trim()
    .split('\n');
  const files = lines.map((line) => {
    const [, mode = '', owner = '', name = ''] = /^(\S+) (\S+) .* \.(\/.*?)\/?$/.exec(line) ?? [];
    return { path: name, mode, owner };
  });
  const above = files.filter(({ path }) => !own.has(path) && files.some((other) => other.path.startsWith(`${path}/`)));
  for (const { path, mode, owner } of above)
    assert.deepEqual({ mode, owner }, { mode: 'drwxr-xr-x', owner: '0/0' }, path);
  const held = files.filter((one) => !above.includes(one));
  return Object.fromEntries(held.map(({ path, mode, owner }) => [path, { mode, owner }]));
}

function rpmFiles(rpm: string): Readonly<Record<string, Held>> {
  const lines = query(rpm, '[%{filenames} %{filemodes:perms} %{fileusername}/%{filegroupname}\n]').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([path, mode = '', owner = '']) => [path, { mode, owner }]),
  );
}

function flagged(rpm: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const line of query(rpm, '[%{fileflags:fflags} %{filenames}\n]').split('\n')) {
    const [flags = '', path = ''] = line.split(' ');
    if (flags !== '') found[flags] = [...(found[flags] ?? []), path].sort();
  }
  return found;
}

function query(rpm: string, format: string): string {
  return output('rpm', '--query', '--package', '--queryformat', format, rpm);
}

function script(name: string): string {
  return readFileSync(`${root}packaging/scripts/${name}`, 'utf8');
}

function fields(version: string, arch: Arch): string {
  return `Package: kured-host\nVersion: ${version}\nArchitecture: ${arch}\n`;
}

/** For which machine an ELF file is (e_machine, elf(5)). */
function machine(path: string): string | undefined {
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  return { 62: 'amd64', 183: 'arm64' }[head.readUInt16LE(18)];
}
