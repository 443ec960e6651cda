import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Bench } from './bench.ts';

const url = 'slack://T00000000/B00000000/notforterminals';

describe('what config import-kured writes', { timeout: 60_000 }, () => {
  it('writes a secret only into a file of its own that others cannot read, and tells it nobody', async () => {
    await using bench = await Bench.open({ bare: true });
    mkdirSync(bench.path('secrets'));
    const flags = ['--', `--notify-url='${url}'`, '--prometheus-url=https://me:notforeyes@prometheus:9090/'];
    const shown = await bench.run('config', 'import-kured', ...flags);
    assert.equal(shown.code, 0);
    assert.doesNotMatch(shown.out + shown.err, /notfor|B00000000/);
    assert.match(shown.err, /the notification URL is not shown: --secrets/);
    const output = bench.path('50-kured.yaml');
    const ran = await bench.run(
      'config',
      'import-kured',
      '--output',
      output,
      '--secrets',
      bench.path('secrets'),
      ...flags,
    );
    assert.deepEqual([ran.code, ran.out], [0, '']);
    assert.doesNotMatch(ran.err + bench.read('50-kured.yaml'), /notfor|B00000000/);
    assert.ok(bench.read('50-kured.yaml').includes(`urlFiles: [${bench.path('secrets')}/notify]`));
    assert.equal(bench.read('secrets/notify'), `${url}\n`);
    assert.equal(bench.read('secrets/prometheus-password'), 'notforeyes\n');
    for (const name of ['notify', 'prometheus-password']) {
      assert.equal(statSync(bench.path(`secrets/${name}`)).mode & 0o777, 0o600);
    }
    assert.deepEqual((await bench.run('config', 'check', output)).code, 0);
  });

  it('overwrites nothing, and then writes nothing at all', async () => {
    await using bench = await Bench.open({ bare: true });
    mkdirSync(bench.path('secrets'));
    const output = bench.file('there.yaml', 'mine\n');
    const rest = ['--output', output, '--secrets', bench.path('secrets'), '--', `--notify-url=${url}`];
    const ran = await bench.run('config', 'import-kured', ...rest);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /there\.yaml is not written: it is there already; nothing is written/);
    assert.equal(bench.read('there.yaml'), 'mine\n');
    assert.throws(() => bench.read('secrets/notify'), /ENOENT/);
  });

  it('writes no secret where the configuration cannot be written, and all of it once it can', async () => {
    await using bench = await Bench.open({ bare: true });
    mkdirSync(bench.path('secrets'));
    const output = bench.path('config.d/50-kured.yaml');
    const line = ['--output', output, '--secrets', bench.path('secrets'), '--', `--notify-url=${url}`];
    const ran = await bench.run('config', 'import-kured', ...line);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /50-kured\.yaml is not written: the folder .*config\.d does not exist, so make it first/m);
    assert.match(ran.err, /; nothing is written$/m);
    assert.deepEqual(readdirSync(bench.path('secrets')), []);
    mkdirSync(bench.path('config.d'));
    const again = await bench.run('config', 'import-kured', ...line);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(readdirSync(bench.path('secrets')), ['notify']);
    assert.deepEqual(readdirSync(bench.path('config.d')), ['50-kured.yaml']);
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ['--period=30'],
      /^error: --period is "30", which is no duration of Go, such as 90s or 1h30m; kured does not start/m,
    ],
    [['--nope=1'], /^error: --nope is no flag of kured 1\.23$/m],
    [['-p=1h'], /^error: -p=… is no flag of kured, which has none with one dash$/m],
    [['--concurrency'], /^error: --concurrency has no value/m],
    [['--force-reboot=maybe'], /^error: --force-reboot is "maybe", which is neither true nor false/m],
    [['--alert-filter-regexp=('], /^error: --alert-filter-regexp is "\(", which is no regular expression/m],
    [
      ['--start-time=9:30am'],
      /^error: --start-time is "9:30am", with which kured does not start; as 09:30am it would$/m,
    ],
    [['--reboot-days=mon, tue'], /^error: --reboot-days has " tue", which is no day/m],
    [['--time-zone=+02:00'], /^error: --time-zone is "\+02:00", which is not the name of a time zone/m],
    [['--reboot-method=kexec'], /^error: --reboot-method is "kexec"/m],
    [['--reboot-command='], /^error: --reboot-command is empty/m],
    [
      ['--reboot-sentinel-command="open'],
      /^error: --reboot-sentinel-command is no command, or a quote in it is left open/m,
    ],
    [['--drain-pod-selector=a in ('], /^error: --drain-pod-selector is wrong at its character/m],
    [['--reboot-method=signal', '--reboot-signal=99'], /^error: reboot\.signal must be a whole number from 1 to 64/m],
    [['--prometheus-url=broken_url'], /^error: --prometheus-url is no http: or https: URL/m],
  ];
  for (const [flags, says] of wrong) {
    it(`ends with 78 and writes nothing for ${flags.join(' ')}`, async () => {
      await using bench = await Bench.open({ bare: true });
      const output = bench.path('out.yaml');
      const ran = await bench.run('config', 'import-kured', '--output', output, '--', ...flags);
      assert.deepEqual([ran.code, ran.out], [78, '']);
      assert.match(ran.err, says);
      assert.throws(() => bench.read('out.yaml'), /ENOENT/);
    });
  }
});
