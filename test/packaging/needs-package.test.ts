import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { architectures, builtPackages, output, scratchFolder, withoutTools } from './built.ts';

const skip = withoutTools('rpm', 'objdump');

/** What node and koffi.node ask of the machine: each library, with the newest version of each kind of symbol. */
type Needs = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** In which package of Debian's a library is, and which version of it brought the symbols (from the packages' symbols files). */
const brought: Readonly<Record<string, Readonly<Record<string, (version: string) => string>>>> = {
  libc6: { GLIBC: (version) => version },
  'libgcc-s1': { GCC: (version) => version },
  // gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html
  'libstdc++6': {
    GLIBCXX: (version) => ({ '3.4.21': '5', '3.4.22': '6', '3.4.26': '9', '3.4.29': '11' })[version] ?? 'unknown',
    CXXABI: (version) => ({ '1.3.9': '5', '1.3.11': '7', '1.3.13': '11' })[version] ?? 'unknown',
  },
};

const libraries: Readonly<Record<string, string>> = {
  'libc.so.6': 'libc6',
  'libdl.so.2': 'libc6',
  'libm.so.6': 'libc6',
  'libpthread.so.0': 'libc6',
  'ld-linux-x86-64.so.2': 'libc6',
  'ld-linux-aarch64.so.1': 'libc6',
  'libgcc_s.so.1': 'libgcc-s1',
  'libstdc++.so.6': 'libstdc++6',
};

/** logind is reached by it. Debian's systemd only recommends it, and nodes are made without what is recommended. */
const bus = 'default-dbus-system-bus | dbus-system-bus';

test('the deb depends on what the programs of either architecture need, in the version that is needed', {
  skip,
}, async () => {
  const built = await builtPackages();
  const wanted = new Map<string, string>();
  for (const arch of architectures) {
    for (const [library, symbols] of await needs(built[arch].deb)) {
      const name = libraries[library];
      assert.ok(name !== undefined, `${library} is in no package that this test knows`);
      for (const [kind, version] of symbols) {
        const since = brought[name]?.[kind]?.(version);
        assert.ok(since !== undefined && since !== 'unknown', `${name}: since when is there ${kind}_${version}?`);
        if (newer(since, wanted.get(name) ?? '0')) wanted.set(name, since);
      }
    }
  }
  const depends = [...wanted].map(([name, since]) => `${name} (>= ${since})`).sort();
  for (const arch of architectures) {
    const written = output('dpkg-deb', '--field', built[arch].deb, 'Depends').trim().split(', ').sort();
    assert.deepEqual(written, [...depends, 'systemd (>= 249)', bus].sort());
  }
});

test('the rpm requires the symbols that the programs of either architecture need', { skip }, async () => {
  const built = await builtPackages();
  const wanted = new Map<string, string>();
  for (const arch of architectures) {
    for (const [library, symbols] of await needs(built[arch].deb)) {
      // The others are parts of glibc, and go with libc.so.6.
      if (!['libc.so.6', 'libgcc_s.so.1', 'libstdc++.so.6'].includes(library)) continue;
      for (const [kind, version] of symbols) {
        const key = `${library} ${kind}`;
        if (newer(version, wanted.get(key) ?? '0')) wanted.set(key, version);
      }
    }
  }
  const symbols = [...wanted].map(([key, version]) => `${key.replace(' ', '(')}_${version})(64bit)`);
  for (const arch of architectures) {
    const written = output('rpm', '--query', '--package', '--requires', built[arch].rpm).trim().split('\n');
    const own = written.filter((line) => !line.startsWith('rpmlib('));
    assert.deepEqual(own.sort(), [...symbols, 'systemd >= 249', '/bin/sh'].sort());
  }
});

async function needs(deb: string): Promise<Needs> {
  using scratch = scratchFolder();
  output('dpkg-deb', '--extract', deb, scratch.path);
  const found = new Map<string, Map<string, string>>();
  for (const name of ['node', 'koffi.node']) {
    const text = output('objdump', '--private-headers', join(scratch.path, 'usr/libexec/kured-host', name));
    for (const [, library = ''] of text.matchAll(/^ +NEEDED +(\S+)$/gm))
      found.set(library, found.get(library) ?? new Map());
    for (const [, library = '', versions = ''] of text.matchAll(/^ +required from (\S+):\n((?: +0x.*\n)+)/gm)) {
      const symbols = found.get(library) ?? new Map<string, string>();
      for (const [, kind = '', version = ''] of versions.matchAll(/ ([A-Z]+)_([0-9.]+)$/gm)) {
        if (newer(version, symbols.get(kind) ?? '0')) symbols.set(kind, version);
      }
      found.set(library, symbols);
    }
  }
  return found;
}

function newer(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) > 0;
}
