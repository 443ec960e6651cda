import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { defaultSettings } from '../../src/config/accept.ts';
import { loadSettings } from '../../src/config/load.ts';
import { problemText } from '../../src/config/problem.ts';
import { type RootFolder, rootFolder } from './folder.ts';

const base = '/etc/kured-host/config.yaml';
const etc = '/etc/kured-host/config.d';
const run = '/run/kured-host/config.d';
const lib = '/usr/lib/kured-host/config.d';

describe('the configuration', () => {
  it('is the defaults where there is no file at all', async (t) => {
    const loaded = await load(rootFolder(t));
    assert.deepEqual(loaded.settings, defaultSettings());
    assert.deepEqual([loaded.files, loaded.warnings], [[], []]);
  });

  it('is read from the base file first, then drop-ins by name, whichever folder they are in', async (t) => {
    const root = rootFolder(t);
    root.write(base, 'concurrency: 1\nlogLevel: warn\n');
    root.write(`${etc}/10-a.yaml`, 'concurrency: 10\n');
    root.write(`${lib}/30-c.yaml`, 'concurrency: 30\n');
    root.write(`${run}/20-b.yaml`, 'concurrency: 20\n');
    const loaded = await load(root);
    assert.deepEqual(loaded.files, [base, `${etc}/10-a.yaml`, `${run}/20-b.yaml`, `${lib}/30-c.yaml`]);
    assert.deepEqual([loaded.settings.concurrency, loaded.settings.log.level], [30, 'warn']);
    assert.equal(loaded.origins.get('concurrency')?.file, `${lib}/30-c.yaml`);
  });

  it('sorts names by their bytes, as strcmp(3) does', async (t) => {
    const root = rootFolder(t);
    for (const name of ['b', 'B', 'a', '10', '9', 'é', '-', '\u{ff5e}', '😀']) root.write(`${etc}/${name}.yaml`, '');
    const loaded = await load(root);
    const names = loaded.files.map((file) => file.slice(etc.length + 1, -'.yaml'.length));
    assert.deepEqual(names, ['-', '10', '9', 'B', 'a', 'b', 'é', '\u{ff5e}', '😀']);
  });

  const hiding: readonly (readonly [string, readonly string[], string])[] = [
    ['a name in /etc hides it in /run and /usr/lib', [etc, run, lib], etc],
    ['a name in /run hides it in /usr/lib', [run, lib], run],
    ['a name in /etc hides it in /usr/lib', [etc, lib], etc],
  ];
  for (const [name, folders, winner] of hiding) {
    it(name, async (t) => {
      const root = rootFolder(t);
      for (const folder of folders)
        root.write(`${folder}/50-x.yaml`, folder === winner ? 'concurrency: 7' : 'not: known');
      const loaded = await load(root);
      assert.deepEqual(loaded.files, [`${winner}/50-x.yaml`]);
      assert.equal(loaded.settings.concurrency, 7);
    });
  }

  it('leaves out a name that a link to /dev/null masks', async (t) => {
    const root = rootFolder(t);
    root.write(`${lib}/50-x.yaml`, 'concurrency: 7');
    root.write(`${lib}/60-y.yaml`, 'logLevel: debug');
    root.link(`${etc}/50-x.yaml`, '/dev/null');
    const loaded = await load(root);
    assert.deepEqual(loaded.files, [`${lib}/60-y.yaml`]);
    assert.equal(loaded.settings.concurrency, 1);
  });

  it('is masked in /run by a link, unless /etc says something', async (t) => {
    const root = rootFolder(t);
    root.write(`${etc}/50-x.yaml`, 'concurrency: 7');
    root.link(`${run}/50-x.yaml`, '/dev/null');
    assert.equal((await load(root)).settings.concurrency, 7);
  });

  it('follows a link to a file', async (t) => {
    const root = rootFolder(t);
    root.write('/srv/mine.yaml', 'concurrency: 7');
    root.link(`${etc}/50-x.yaml`, '../../../srv/mine.yaml');
    assert.equal((await load(root)).settings.concurrency, 7);
  });

  it('warns of names that do not end in .yaml, but not of hidden ones', async (t) => {
    const root = rootFolder(t);
    root.write(`${etc}/10-a.yml`, 'concurrency: 7');
    root.write(`${etc}/10-a.yaml.dpkg-old`, 'concurrency: 8');
    root.write(`${lib}/README`, 'hello');
    root.write(`${etc}/.10-a.yaml.swp`, 'x');
    root.write(`${etc}/.hidden.yaml`, 'concurrency: 9');
    const loaded = await load(root);
    assert.equal(loaded.settings.concurrency, 1);
    const why = 'the file is not read, because its name does not end in .yaml';
    assert.deepEqual(loaded.warnings.map(problemText), [
      `${lib}/README: ${why}`,
      `${etc}/10-a.yaml.dpkg-old: ${why}`,
      `${etc}/10-a.yml: ${why}`,
    ]);
  });

  it('is just the one file that is named', async (t) => {
    const root = rootFolder(t);
    root.write(base, 'concurrency: 2');
    root.write(`${etc}/10-a.yaml`, 'not: known');
    root.write('/mine.conf', 'logLevel: debug');
    const file = join(root.path, 'mine.conf');
    const loaded = await loadSettings({ root: root.path, file });
    assert.ok(loaded.valid);
    assert.deepEqual(loaded.files, [file]);
    assert.deepEqual([loaded.settings.concurrency, loaded.settings.log.level], [1, 'debug']);
  });

  it('is the defaults when the named file is /dev/null', async (t) => {
    const loaded = await loadSettings({ root: rootFolder(t).path, file: '/dev/null' });
    assert.deepEqual(loaded.valid && loaded.settings, defaultSettings());
  });

  it('tells its warnings about keys, too', async (t) => {
    const root = rootFolder(t);
    root.write(base, 'reboot: {command: [/bin/x]}');
    assert.deepEqual(
      (await load(root)).warnings.map(({ code, place }) => `${code} ${place?.line}`),
      ['unused-key 1'],
    );
  });

  it('begins with a byte order mark that does not count', async (t) => {
    const root = rootFolder(t);
    root.write(base, '\ufeffconcurency: 2');
    assert.match((await refusals(root)).join(), /config\.yaml:1:1: the key "concurency"/);
  });
});

describe('a file is refused', () => {
  const strange: readonly (readonly [string, string, (root: RootFolder, path: string) => void, string])[] = [
    [
      'a link that leads nowhere',
      `${etc}/a.yaml`,
      (root, path) => root.link(path, '/nowhere/at/all'),
      'unreadable: this is a link to a file that does not exist',
    ],
    [
      'a link that leads nowhere, though it may be missing',
      base,
      (root, path) => root.link(path, '/nowhere/at/all'),
      'unreadable: this is a link to a file that does not exist',
    ],
    [
      'behind a link in place of its folder, which leads nowhere',
      base,
      (root) => root.link('/etc/kured-host', '/nowhere/at/all'),
      'unreadable: the file does not exist',
    ],
    [
      'a link in place of the folder of drop-ins, which leads nowhere',
      etc,
      (root, path) => root.link(path, '/nowhere/at/all'),
      'unreadable: the folder of drop-ins is a link to one that does not exist',
    ],
    [
      'a link to itself',
      base,
      (root, path) => root.link(path, 'config.yaml'),
      'unreadable: the file cannot be read (ELOOP); check its permissions and those of its folders',
    ],
    [
      'a folder',
      base,
      (root, path) => root.folder(path),
      'unreadable: this is not a regular file, so it cannot be read as configuration',
    ],
    [
      'a folder among the drop-ins',
      `${etc}/a.yaml`,
      (root, path) => root.folder(path),
      'unreadable: this is not a regular file, so it cannot be read as configuration',
    ],
    [
      'a device',
      base,
      (root, path) => root.link(path, '/dev/zero'),
      'unreadable: this is not a regular file, so it cannot be read as configuration',
    ],
    [
      'text that is not UTF-8',
      base,
      (root, path) => root.write(path, Buffer.from([0x61, 0x3a, 0x20, 0xff])),
      'not-utf8: this is not UTF-8 text; save it as UTF-8',
    ],
    [
      'a large file',
      base,
      (root, path) => root.write(path, `#${'x'.repeat(65_536)}`),
      'too-large: this is larger than 64 KiB, the most that is read',
    ],
  ];
  for (const [name, path, make, expected] of strange) {
    it(`when it is ${name}`, async (t) => {
      const root = rootFolder(t);
      make(root, path);
      const loaded = await loadSettings({ root: root.path });
      assert.deepEqual(
        loaded.valid ? [] : loaded.problems.map(({ code, file, message }) => [file, `${code}: ${message}`]),
        [[path, expected]],
      );
    });
  }

  it('when it is a named pipe, without waiting for a writer', async (t) => {
    const root = rootFolder(t);
    const pipe = join(root.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const loaded = await loadSettings({ root: root.path, file: pipe });
    assert.deepEqual(loaded.valid ? [] : loaded.problems.map(({ code }) => code), ['unreadable']);
  });

  it('when it was named and is missing', async (t) => {
    const file = join(rootFolder(t).path, 'missing.yaml');
    const loaded = await loadSettings({ root: '/', file });
    assert.deepEqual(loaded.valid ? [] : loaded.problems.map(problemText), [`${file}: the file does not exist`]);
  });

  it('when the folder of drop-ins is a file', async (t) => {
    const root = rootFolder(t);
    root.write(etc, 'x');
    assert.deepEqual(await refusals(root), [
      `${etc}: the folder of drop-ins cannot be read (ENOTDIR); check that it is a folder, and its permissions`,
    ]);
  });

  it('when there are too many drop-ins', async (t) => {
    const root = rootFolder(t);
    for (let index = 0; index < 257; index++) root.write(`${etc}/${index}.yaml`, '');
    assert.deepEqual(await refusals(root), [`${base}: there are 257 drop-ins, and at most 256 are read`]);
  });

  it('with everything that is wrong in any of the files', async (t) => {
    const root = rootFolder(t);
    root.link(base, '/dev/zero');
    root.write(`${etc}/10-a.yaml`, '\ndrain:\n  timout: 30m\n');
    root.write(`${lib}/20-b.yaml`, 'concurrency: 0\n');
    assert.deepEqual(await refusals(root), [
      `${base}: this is not a regular file, so it cannot be read as configuration`,
      `${etc}/10-a.yaml:3:3: the key "drain.timout" is not known; did you mean drain.timeout?`,
      `${lib}/20-b.yaml:1:14: concurrency must be a whole number from 1 to 32, for example 2; it is the number 0, which is too low`,
    ]);
  });

  it('with its name made safe to print', async (t: TestContext) => {
    const root = rootFolder(t);
    root.write(`${etc}/a\n\u001b[31m.yaml`, 'x: 1');
    assert.match((await refusals(root)).join(), /config\.d\/a\\n\\x1b\[31m\.yaml:1:1: the key "x"/);
  });
});

async function load(root: RootFolder) {
  const loaded = await loadSettings({ root: root.path });
  assert.ok(loaded.valid, JSON.stringify(loaded));
  return loaded;
}

async function refusals(root: RootFolder): Promise<readonly string[]> {
  const loaded = await loadSettings({ root: root.path });
  return loaded.valid ? [] : loaded.problems.map(problemText);
}
