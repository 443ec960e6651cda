import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { receiveAt } from '../systemd/native.ts';
import { Bench } from './bench.ts';
import { type Trouble, troubles } from './troubles.ts';

const timeout = 60_000;

describe('run', { timeout }, () => {
  const missing: Trouble = {
    what: 'a sentinel command that is not there',
    make: (bench) => {
      bench.file('etc/kured-host/config.d/10.yaml', 'sentinel: {command: [/nowhere/needs-reboot]}\n');
    },
    code: 78,
    words: /\/nowhere\/needs-reboot/,
  };
  /** With what stands in the file of URLs; null: there is none. */
  const notified = (what: string, urls: string | null, words: RegExp): Trouble => ({
    what,
    make: (bench) => {
      if (urls !== null) bench.file('urls', urls);
      bench.file('etc/kured-host/config.d/10.yaml', `notifications: {urlFiles: [${bench.path('urls')}]}\n`);
    },
    code: 78,
    words,
  });
  const notifications = [
    notified('a file of notification URLs that is not there', null, /^\S+urls: the file .* cannot be read \(ENOENT\)/),
    notified('a file that names nobody', '# none\n', /^\S+urls: the file names nobody to tell/),
    notified(
      'a notification URL that is wrong',
      '# ours\nslack://s3cret\n',
      /^\S+urls:2: the URL of slack needs (?!.*s3cret)/,
    ),
    {
      what: 'authorities for notifications that are not there',
      make: (bench) =>
        void bench.file('etc/kured-host/config.d/10.yaml', 'notifications:\n  caFile: /nowhere/ca.pem\n'),
      code: 78,
      words: /config\.d\/10\.yaml:2:3: notifications\.caFile names \/nowhere\/ca\.pem, which cannot be read \(ENOENT\)/,
    },
  ] satisfies readonly Trouble[];
  const refusedCommand = (key: string, text: string, words: RegExp): Trouble => ({
    what: `a ${key} that is refused: ${words.source}`,
    make: (bench) => {
      chmodSync(bench.file('open/tell', '#!/bin/sh\n'), 0o777);
      bench.file('etc/kured-host/config.d/10.yaml', text.replace('OPEN', bench.path('open/tell')));
    },
    code: 78,
    words,
  });
  const commands = [
    refusedCommand(
      'sentinel command',
      '# ours\nsentinel: {command: [OPEN]}\n',
      /config\.d\/10\.yaml:2:12: sentinel\.command names \S+, which would run with root's rights, but others than root may write to \S+\/open\/tell/,
    ),
    refusedCommand(
      'reboot command',
      'reboot: {method: command, command: [/nowhere/reboot]}\n',
      /config\.d\/10\.yaml:1:\d+: reboot\.command names \/nowhere\/reboot, which is not there/,
    ),
    refusedCommand(
      'command for notifications',
      'notifications: {command: [OPEN, x]}\n',
      /config\.d\/10\.yaml:1:17: notifications\.command names \S+, which would run with root's rights, but others/,
    ),
    refusedCommand(
      'command against reboots',
      'blockers: {commands: [/bin/true, {command: [/nowhere/idle, -a]}]}\n',
      /config\.d\/10\.yaml:1:12: blockers\.commands names \/nowhere\/idle, which is not there/,
    ),
  ] satisfies readonly Trouble[];
  const otherName = troubles.filter(({ what }) => what.startsWith('a node name'));
  for (const { what, make, code, words } of [
    ...troubles.slice(0, 3),
    ...otherName,
    missing,
    ...commands,
    ...notifications,
  ]) {
    it(`does not start with ${what}: ${code}, one sentence, and nothing is left behind`, async () => {
      await using bench = await Bench.open();
      await make(bench);
      const { code: ended, out, err } = await bench.run('run');
      assert.deepEqual([ended, out], [code, '']);
      assert.match(err, words);
      assert.equal(err.trim().split('\n').length, 1, err);
      assert.equal(existsSync(bench.path('run')), false);
      assert.deepEqual(
        bench.server.audit.filter(({ userAgent }) => userAgent === 'kured-host'),
        [],
      );
    });

    it(`"config check" refuses the same, ${what}, in the same words`, async () => {
      await using bench = await Bench.open();
      await make(bench);
      const { err: said } = await bench.run('run');
      assert.deepEqual(await bench.run('config', 'check'), { code, out: '', err: said });
    });
  }

  it('names all that does not fit the machine at once', async () => {
    await using bench = await Bench.open();
    bench.file(
      'etc/kured-host/config.d/10.yaml',
      'sentinel: {command: [/nowhere/a]}\nnotifications: {command: [/nowhere/b], urlFiles: [/nowhere/c]}\n',
    );
    const { code, err } = await bench.run('run');
    assert.equal(code, 78);
    assert.match(err, /^\S+:1:12: .*\/nowhere\/a.*\n\S+:2:17: .*\/nowhere\/b.*\n\/nowhere\/c: .*\n$/);
  });
});

describe('run, started by systemd', { timeout }, () => {
  const program = fileURLToPath(import.meta.url);

  it('tells it which file and line are wrong, and never that it is ready', async (t) => {
    await using bench = await Bench.open();
    bench.configure('drain: {timout: 5m}\nconcurrency: many');
    const systemd = receiveAt(t, bench.path('notify'));
    const env = { NOTIFY_SOCKET: bench.path('notify') };
    const { code } = await bench.start(['run'], '', { program, env }).ended;
    assert.equal(code, 78);
    const [status, ...more] = systemd.takeAll();
    assert.match(
      status ?? '',
      /^STATUS=does not start: \/etc\/kured-host\/config\.yaml:3:9: the key "drain\.timout" .* \(and 1 more\)$/,
    );
    assert.deepEqual(more, []);
  });

  it('names the place of a sentinel command that is not there', async (t) => {
    await using bench = await Bench.open();
    bench.file('etc/kured-host/config.d/10.yaml', '# ours\nsentinel: {command: [/nowhere/needs-reboot]}\n');
    const systemd = receiveAt(t, bench.path('notify'));
    const env = { NOTIFY_SOCKET: bench.path('notify') };
    const { code } = await bench.start(['run'], '', { program, env }).ended;
    assert.equal(code, 78);
    assert.match(systemd.takeAll()[0] ?? '', /config\.d\/10\.yaml:2:12: .*\/nowhere\/needs-reboot/);
  });

  it('does not leave it waiting where the native library is missing, and says what to do', async (t) => {
    await using bench = await Bench.open();
    receiveAt(t, bench.path('notify'));
    const env = { NOTIFY_SOCKET: bench.path('notify') };
    const elsewhere = bench.file('app.cjs', '');
    const { code, err } = await bench.start(['run'], '', { program: elsewhere, env }).ended;
    assert.equal(code, 78);
    assert.match(err, /app\.cjs: the native library cannot be loaded.*koffi\.node.*install the package again/);
    assert.equal(err.trim().split('\n').length, 1, err);
  });
});
