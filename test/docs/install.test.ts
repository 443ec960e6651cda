import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { blocksOf, page, pages } from './pages.ts';

test('every block of shell in the docs is one that sh can read', () => {
  const blocks = pages().flatMap(({ file, text }) => blocksOf(text, 'sh').map((block) => [file, block.text] as const));
  assert.ok(blocks.length > 20);
  for (const [file, text] of blocks) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
    assert.equal(status, 0, `${file}: ${stderr}\n${text}`);
  }
});

test('every file that the installation page finds in a package is in both of them, or in the one that it names', () => {
  const install = page('docs/install.md');
  const contents = page('packaging/nfpm.yaml');
  const paths = /`(\/(?:usr\/(?:share|libexec|lib)|etc\/needrestart)\/[^\s`]+)`(?: \((deb|rpm)\))?/g;
  const named = [...install.matchAll(paths)].map(([, path = '', kind]) => [path, kind] as const);
  assert.ok(named.length > 4, named.join());
  for (const [path, only] of named) {
    const entries = contents.split('\n').filter((line) => line.includes(`dst: ${path.replace(/\/$/, '')}`));
    const kinds = ['deb', 'rpm'].filter((kind) =>
      entries.some((line) => !/packager: (?:deb|rpm)/.test(line) || line.includes(`packager: ${kind}`)),
    );
    for (const kind of only === undefined ? ['deb', 'rpm'] : [only])
      assert.ok(kinds.includes(kind), `${path} (${kind})`);
  }
});

test('the repositories of the installation page are where the script of the repository makes them', () => {
  const script = page('scripts/packages/repository.sh');
  const install = page('docs/install.md');
  for (const [shown, made] of [
    ['/apt\n', '$target/apt'],
    ['/rpm\n', '$target/rpm'],
    ['/kured-host.asc', 'put kured-host.asc '],
    ['Suites: stable', 'suite=dists/stable'],
    ['Components: main', 'Components=main'],
  ] as const) {
    assert.ok(install.includes(shown), shown);
    assert.ok(script.includes(made), made);
  }
});

test('a removal ends with the file that was applied, so that nothing stays of what it made', () => {
  const install = page('docs/install.md');
  for (const [, file] of install.matchAll(/(?:kured-host manifest >|kubectl apply -f|kubectl delete -f) ([^\s`]+)/g))
    assert.equal(file, 'kured-host.yaml');
  assert.match(install, /`kubectl delete -f kured-host.yaml`/);
});
