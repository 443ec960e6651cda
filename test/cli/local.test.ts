import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import { helpWidth } from '../../src/cli/help.ts';
import { commands } from '../../src/cli/table.ts';
import { openControl, type Route } from '../../src/control/server.ts';
import { realClock } from '../fakes/clock.ts';
import { Bench } from './bench.ts';

const timeout = 30_000;

const refused: readonly (readonly [what: string, text: string, words: RegExp])[] = [
  ['a misspelt key', 'drian: {}\n', /^F:1:1: the key "drian" is not known; did you mean drain\?\n$/],
  [
    'a key in the wrong section',
    'reboot: {timeout: 5m}\n',
    /^F:1:10: the key "reboot\.timeout" is not known; the keys in reboot are /,
  ],
  ['a wrong type', 'concurrency: many\n', /^F:1:14: concurrency must be .* it is "many"\n$/],
  [
    'a duration without a unit',
    'drain: {timeout: "30"}\n',
    /^F:1:18: drain\.timeout must be .* it is "30", which has no unit/,
  ],
  ['text that is no YAML', 'drain: {timeout\n', /^F:\d:\d+: /],
  ['two mistakes', 'concurrency: 0\nlogLevel: loud\n', /^F:1:14: concurrency .*\nF:2:11: logLevel .*\n$/],
];

describe('config check', { timeout }, () => {
  for (const [what, text, words] of refused) {
    it(`ends with 78 and names file, line and column of ${what}, from a file and from standard input alike`, async () => {
      await using bench = await Bench.open({ bare: true });
      const file = bench.file('try.yaml', text);
      const fromFile = await bench.run('config', 'check', file);
      assert.deepEqual([fromFile.code, fromFile.out], [78, '']);
      assert.match(fromFile.err.replaceAll(file, 'F'), words);
      for (const operand of ['--', '-']) {
        const fromInput = await bench.start(['config', 'check', operand], text).ended;
        assert.deepEqual([fromInput.code, fromInput.out], [78, '']);
        assert.match(fromInput.err.replaceAll('standard input', 'F'), words);
      }
    });
  }

  const unfit: readonly (readonly [what: string, bytes: Buffer, words: RegExp])[] = [
    ['more than 64 KiB', Buffer.alloc(90 * 1024, '#\n'), /^F: this is larger than 64 KiB, the most that is read\n$/],
    ['Latin-1', Buffer.from('# caf\xe9\n', 'latin1'), /^F: this is not UTF-8 text; save it as UTF-8\n$/],
  ];
  for (const [what, bytes, words] of unfit) {
    it(`ends with 78 for ${what}, from a file and from standard input alike`, async () => {
      await using bench = await Bench.open({ bare: true });
      const file = bench.path('try.yaml');
      writeFileSync(file, bytes);
      const fromFile = await bench.run('config', 'check', file);
      const fromInput = await bench.start(['config', 'check', '--'], bytes).ended;
      assert.deepEqual([fromFile.code, fromInput.code], [78, 78]);
      assert.match(fromFile.err.replaceAll(file, 'F'), words);
      assert.match(fromInput.err.replaceAll('standard input', 'F'), words);
    });
  }

  it('takes a byte order mark from a file and from standard input alike', async () => {
    await using bench = await Bench.open({ bare: true });
    const text = '\ufeffconcurrency: 2\n';
    assert.equal((await bench.run('config', 'check', bench.file('try.yaml', text))).code, 0);
    assert.equal((await bench.start(['config', 'check', '--'], text).ended).code, 0);
  });

  it('ends with 78 for a file that cannot be read, and says why', async () => {
    await using bench = await Bench.open({ bare: true });
    mkdirSync(bench.path('folder'));
    const missing = await bench.run('config', 'check', bench.path('missing.yaml'));
    assert.equal(missing.code, 78);
    assert.match(missing.err, /missing\.yaml: the file does not exist\n$/);
    const folder = await bench.run('config', 'check', bench.path('folder'));
    assert.equal(folder.code, 78);
    assert.match(folder.err, /folder: this is not a regular file, so it cannot be read/);
  });

  it('ends with 0 for what would be taken, and names the files', async () => {
    await using bench = await Bench.open({ bare: true });
    const file = bench.file('try.yaml', 'concurrency: 2\n');
    assert.deepEqual(await bench.run('config', 'check', file), { code: 0, out: `ok: ${file}\n`, err: '' });
    const whole = await bench.run('config', 'check');
    assert.deepEqual([whole.code, whole.out], [0, 'ok: /etc/kured-host/config.yaml\n']);
    assert.deepEqual(await bench.start(['config', 'check', '--'], 'concurrency: 2\n').ended, {
      code: 0,
      out: 'ok: standard input\n',
      err: '',
    });
  });

  const onMachine = 'sentinel: {command: [/nowhere/a]}\nnotifications: {urlFiles: [/nowhere/b]}\n';
  const notLookedAt = /^not looked at: what this machine has for sentinel\.command, notifications\.urlFiles; /;

  it('looks at the text of a file alone, and says of what it names that nothing was looked at', async () => {
    await using bench = await Bench.open({ bare: true });
    const file = bench.file('try.yaml', onMachine);
    const { code, out, err } = await bench.run('config', 'check', file);
    assert.deepEqual([code, out], [0, `ok: ${file}\n`]);
    assert.match(err, notLookedAt);
    const json = await bench.start(['config', 'check', '--json', '--'], onMachine).ended;
    assert.deepEqual(JSON.parse(json.out)['notAsked'], ['sentinel.command', 'notifications.urlFiles']);
  });

  it('cannot tell without root whether the machine has what is named, and ends with 3', async () => {
    await using bench = await Bench.open({ bare: true });
    const asOthers = () => bench.start(['config', 'check'], '', { asRoot: false }).ended;
    assert.deepEqual(await asOthers(), { code: 0, out: 'ok: /etc/kured-host/config.yaml\n', err: '' });
    const file = '/etc/kured-host/config.d/10.yaml';
    bench.file(file, onMachine);
    const { code, out, err } = await asOthers();
    assert.deepEqual([code, out], [3, `ok: /etc/kured-host/config.yaml, ${file}\n`]);
    assert.match(err, notLookedAt);
  });

  it('tells a script what is wrong where', async () => {
    await using bench = await Bench.open({ bare: true });
    const { code, out } = await bench.start(['config', 'check', '--json', '--'], 'drian: {}\n').ended;
    assert.equal(code, 78);
    const { valid, problems } = JSON.parse(out);
    assert.deepEqual([valid, problems.length, problems[0].code, problems[0].place.line], [false, 1, 'unknown-key', 1]);
  });
});

describe('config show', { timeout }, () => {
  it('shows each value with the place it came from', async () => {
    await using bench = await Bench.open({ bare: true });
    bench.configure('concurrency: 2');
    const { code, out } = await bench.run('config', 'show');
    assert.equal(code, 0);
    assert.match(out, /^concurrency: 2 {2}# \/etc\/kured-host\/config\.yaml:3$/m);
    assert.match(out, /^ {2}timeout: 30m {2}# default$/m);
    const json = JSON.parse((await bench.run('config', 'show', '--json')).out);
    assert.deepEqual(json['concurrency'], { value: 2, from: '/etc/kured-host/config.yaml:3' });
    assert.deepEqual(json['drain.timeout'], { value: '30m', from: null });
  });

  it('ends with 78 where there is nothing that could be shown', async () => {
    await using bench = await Bench.open({ bare: true });
    bench.configure('concurrency: many');
    const { code, out, err } = await bench.run('config', 'show');
    assert.deepEqual([code, out], [78, '']);
    assert.match(err, /config\.yaml:3:14: /);
  });
});

describe('manifest, version and help', { timeout }, () => {
  it('manifest prints what an admin applies, for a namespace and a pool', async () => {
    await using bench = await Bench.open({ bare: true });
    const { code, out } = await bench.run('manifest', '--namespace', 'reboots', '--pool', 'edge');
    assert.equal(code, 0);
    const objects = loadAll(out) as { kind: string; metadata: { name: string; namespace?: string } }[];
    const lease = objects.find(({ kind }) => kind === 'Lease');
    assert.deepEqual([lease?.metadata.namespace, lease?.metadata.name], ['reboots', 'kured-host-edge']);
    assert.deepEqual(Object.keys(lease ?? {}).sort(), ['apiVersion', 'kind', 'metadata']);
  });

  it('version says what runs', async () => {
    await using bench = await Bench.open({ bare: true });
    for (const name of ['version', '--version'])
      assert.equal((await bench.run(name)).out, 'kured-host 1.2.3 (abc, Node v24)\n');
    assert.deepEqual(JSON.parse((await bench.run('version', '--json')).out), {
      version: '1.2.3',
      revision: 'abc',
      node: 'v24',
    });
  });

  it('help names every command, and of one command every option', async () => {
    await using bench = await Bench.open({ bare: true });
    const all = await bench.run('help');
    assert.equal(all.code, 0);
    for (const { name, options } of commands) {
      assert.match(all.out, new RegExp(`^  ${name}`, 'm'));
      const one = await bench.run(...name.split(' '), '--help');
      assert.equal(one.code, 0);
      assert.equal((await bench.run('help', ...name.split(' '))).out, one.out);
      for (const option of Object.keys(options)) assert.match(one.out, new RegExp(`^  --${option}`, 'm'));
    }
    const leases = await bench.run('help', 'lease');
    assert.match(leases.out, /lease show[\s\S]*lease release NODE/);
  });
});

describe('the width of help', () => {
  for (const [columns, width] of [
    [undefined, 100],
    [0, 100],
    [72, 72],
  ] as const)
    it(`is ${width} where the terminal says ${columns} columns`, () => assert.equal(helpWidth(columns), width));
});

describe('retry', { timeout }, () => {
  it('asks the running daemon', async () => {
    await using bench = await Bench.open({ bare: true });
    let asked = 0;
    const taken = async () => ({ status: 202, body: { asked: ++asked } });
    await using _ = await daemonOn(bench, [{ method: 'POST', path: '/v1/retry', handle: taken }]);
    const { code, out } = await bench.run('retry');
    assert.deepEqual([code, asked], [0, 1]);
    assert.match(out, /^asked; /);
  });

  it('fails when the daemon does not know of it', async () => {
    await using bench = await Bench.open({ bare: true });
    await using _ = await daemonOn(bench, []);
    const { code, err } = await bench.run('retry');
    assert.equal(code, 1);
    assert.match(err, /^the daemon did not take it: status 404/);
  });

  it('ends with 69 where the service has no daemon yet that could try anything, and says what it waits for', async () => {
    await using bench = await Bench.open({ bare: true });
    const waiting = { code: 'credentials-missing', message: 'no credentials yet', remedy: 'join the cluster' };
    const handle = async () => ({ status: 503, body: { running: true, status: null, waiting } });
    await using _ = await daemonOn(bench, [{ method: 'POST', path: '/v1/retry', handle }]);
    const { code, out, err } = await bench.run('retry');
    assert.deepEqual([code, out], [69, '']);
    assert.equal(err, 'nothing is tried again: no credentials yet\n  remedy: join the cluster\n');
  });

  it('ends with 69 where no daemon runs, and says how to start it', async () => {
    await using bench = await Bench.open({ bare: true });
    const { code, err } = await bench.run('retry');
    assert.equal(code, 69);
    assert.match(err, /^the daemon does not run on this node.*\n {2}remedy: systemctl start kured-host/);
  });
});

async function daemonOn(bench: Bench, routes: readonly Route[]): Promise<AsyncDisposable> {
  bench.file('run/lock', '');
  const log = { event: () => {}, always: () => {}, setLevel: () => {} };
  const control = await openControl(bench.path('run'), routes, { clock: realClock(), log });
  return { [Symbol.asyncDispose]: () => control.close() };
}
