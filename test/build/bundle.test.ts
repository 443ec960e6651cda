import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { inAscii } from '../../scripts/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'kured-host-build-'));
const folder = join(scratch, 'one');

function build(into: string): void {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), into], { cwd: scratch, stdio: 'inherit' });
}

/** Runs the bundle where it cannot find the repository's packages. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'app.cjs'), ...args], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

before(() => build(folder));
after(() => rmSync(scratch, { recursive: true, force: true }));

test('three files are all that is shipped', () => {
  assert.deepEqual(readdirSync(folder).sort(), ['NOTICES.txt', 'app.cjs', 'koffi.node']);
});

/** A new dependency, or an import that drags in what was left out, is noticed here; raise the bound knowingly. */
test('the bundle is smaller than 2.6 MB', () => {
  const { length } = readFileSync(join(folder, 'app.cjs'));
  assert.ok(length < 2_600_000, `${length} bytes`);
});

/** One other character, and V8 keeps the whole source in two bytes a character. */
test('the bundle is ASCII', () => {
  const [other] = /[^\0-\x7f].{0,60}/.exec(readFileSync(join(folder, 'app.cjs'), 'latin1')) ?? [];
  assert.equal(other, undefined);
});

test('what is escaped to make it so means the same', () => {
  const [micro, face] = ['\u00b5', '\u{1f600}'];
  const code = `// ${face}\n({ micro: /^[a${micro}]$/, face: /^${face}+$/u, text: '${micro}${face}' })`;
  const ascii = inAscii(code);
  assert.doesNotMatch(ascii, /[^\0-\x7f]/);
  const read = runInNewContext(ascii) as { readonly micro: RegExp; readonly face: RegExp; readonly text: string };
  assert.ok(read.micro.test(micro) && read.face.test(face + face));
  assert.equal(read.text, micro + face);
});

/** The packages of which a run has executed anything, by V8's own count of calls. */
function packagesRun(config: string, ...args: readonly string[]): ReadonlySet<string> {
  const coverage = mkdtempSync(join(scratch, 'coverage-'));
  const file = join(coverage, 'config.yaml');
  writeFileSync(file, config);
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const ran = spawnSync(process.execPath, [join(folder, 'app.cjs'), ...args, '--config', file], {
    env,
    timeout: 60_000,
  });
  assert.equal(ran.error, undefined);
  const [report = ''] = readdirSync(coverage).filter((name) => name.startsWith('coverage-'));
  const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as Coverage;
  const calls = result.flatMap(({ functions }) => functions).filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
  // esbuild names the function that evaluates a module by its file.
  const names = calls.map(({ functionName }) => /^node_modules\/([^/]+)\//.exec(functionName)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

interface Coverage {
  readonly result: readonly {
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

const onDemand = ['cron-parser', 'luxon', 'nodemailer', 're2js'];

test('what only windows, alerts and mail need is not even evaluated without them', () => {
  const without = packagesRun('sentinel: {files: [/nowhere/at/all]}', 'check');
  assert.deepEqual(
    onDemand.filter((name) => without.has(name)),
    [],
  );
  const windows = 'maintenance: {windows: [{cron: "0 2 * * sat", duration: 4h, timeZone: Europe/Berlin}]}';
  const alerts = 'blockers: {prometheus: [{url: "http://127.0.0.1:1", alertFilterRegexp: "^W$"}]}';
  const both = packagesRun(`${windows}\n${alerts}\n`, 'check');
  assert.deepEqual(
    onDemand.filter((name) => both.has(name)),
    ['cron-parser', 'luxon', 're2js'],
  );
});

test('building again gives the same bytes', () => {
  const again = join(scratch, 'two');
  build(again);
  for (const file of readdirSync(folder)) {
    assert.ok(readFileSync(join(folder, file)).equals(readFileSync(join(again, file))), file);
  }
});

test('the bundle does not tell where it was built', () => {
  const text = readFileSync(join(folder, 'app.cjs'), 'utf8');
  assert.equal(text.includes(root), false);
  assert.equal(text.includes(scratch), false);
});

test('it starts anywhere, and says its version and revision', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const args of [['version'], ['--version']]) {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`^kured-host ${version} \\(([0-9a-f]{12}\\+?|source), Node v24\\.`));
    assert.equal(stderr, '');
  }
});

test('it loads nothing but what Node brings and the library beside it', () => {
  const text = readFileSync(join(folder, 'app.cjs'), 'utf8');
  const wanted = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? '');
  const others = new Set(wanted.filter((name) => name !== './koffi.node' && !isBuiltin(name)));
  assert.deepEqual([...others], []);
});

test('the library beside it can be loaded and reaches the C library', () => {
  const native = createRequire(join(folder, 'app.cjs'))('./koffi.node');
  const getpid = native.load('libc.so.6').func('int getpid()');
  assert.equal(getpid(), process.pid);
});

test('every part is named at the head of the bundle and has its licence in NOTICES.txt', () => {
  const [head = ''] = readFileSync(join(folder, 'app.cjs'), 'utf8').split('*/');
  const text = readFileSync(join(folder, 'NOTICES.txt'), 'utf8');
  const parts = [...head.matchAll(/^ \* {3}(.+)$/gm)].map(([, part]) => part ?? '');
  for (const name of [
    '@kubernetes/client-node',
    'chokidar',
    'cron-parser',
    'js-yaml',
    'koffi',
    'luxon',
    'pino',
    're2js',
    'valibot',
  ]) {
    assert.ok(
      parts.some((part) => part.startsWith(`${name} `)),
      name,
    );
  }
  for (const part of parts) assert.ok(text.includes(`${part}\n\n`), part);
  assert.equal(text.split('-'.repeat(78)).length, parts.length);
});

const kubeconfig = (user: object, cluster: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true, ...cluster } }],
    users: [{ name: 'u', user }],
  });

/** What was left out of client-node is never reached: each way leads to the connection, which nobody takes. */
const access: readonly { readonly name: string; readonly content: string; readonly says: RegExp }[] = [
  {
    name: 'a token',
    content: kubeconfig({ token: 'abc' }),
    says: /127\.0\.0\.1:1 cannot be reached: the connection is refused/,
  },
  {
    name: 'a proxy',
    content: kubeconfig({ token: 'abc' }, { 'proxy-url': 'http://127.0.0.1:2' }),
    says: /127\.0\.0\.1:1 cannot be reached: the connection is refused/,
  },
  {
    name: 'an exec plugin',
    content: kubeconfig({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: '/bin/sh',
        args: ['-c', credential()],
        interactiveMode: 'Never',
      },
    }),
    says: /127\.0\.0\.1:1 cannot be reached: the connection is refused/,
  },
  {
    name: 'a log-in that is left out',
    content: kubeconfig({ 'auth-provider': { name: 'oidc', config: {} } }),
    says: /auth-provider "oidc" is not supported/,
  },
];

function credential(): string {
  return `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'abc' } })}'`;
}

for (const { name, content, says } of access) {
  test(`a kubeconfig with ${name} is read by the bundle`, () => {
    const path = join(scratch, 'kubeconfig');
    writeFileSync(path, content);
    const config = join(scratch, 'config.yaml');
    writeFileSync(config, `credentials: {kubeconfig: ${path}, nodeName: node-1}\n`);
    const { stdout, stderr } = run('preflight', '--config', config);
    assert.match(stdout + stderr, says);
    assert.doesNotMatch(stdout + stderr, /left out of this bundle|is not a (function|constructor)/);
  });
}
