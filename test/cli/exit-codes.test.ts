import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipUnless } from '../cluster/available.ts';
import { startFakeApiServer } from '../fakes/api-server.ts';
import { kubeconfigText } from '../fakes/server/credentials.ts';
import { receiveAt } from '../systemd/native.ts';
import { Bench, type Ran } from './bench.ts';

const timeout = 60_000;

/** Every command that needs the API server. */
const commands: readonly string[] = [
  'preflight',
  'status',
  'why',
  'lease show',
  'lease release n2',
  'lease release n2 --force',
  'pause for a while',
  'resume',
  'drain',
  'drain --dry-run',
  'uncordon',
];

interface Trouble {
  readonly what: string;
  readonly make: (bench: Bench) => void | Promise<void>;
  readonly code: number;
  /** What every command says of it, once. */
  readonly words: RegExp;
}

const troubles: readonly Trouble[] = [
  {
    what: 'a misspelt key',
    make: (bench) => bench.configure('drain: {timout: 5m}'),
    code: 78,
    words: /config\.yaml:3:9: the key "drain\.timout" is not known; did you mean drain\.timeout\?/,
  },
  {
    what: 'a wrong type',
    make: (bench) => bench.configure('concurrency: many'),
    code: 78,
    words: /config\.yaml:3:14: concurrency must be .*; it is "many"/,
  },
  {
    what: 'a duration without a unit',
    make: (bench) => bench.configure('drain: {timeout: 30}'),
    code: 78,
    words:
      /config\.yaml:3:18: drain\.timeout must be a duration .*which has no unit|config\.yaml:3:18: drain\.timeout must be a duration .*the number 30/,
  },
  {
    what: 'no kubeconfig',
    make: (bench) => bench.configure('', 'kubeconfig: /nowhere/kubelet.conf'),
    code: 78,
    words: /no kubeconfig of a kubelet was found \(\/nowhere\/kubelet\.conf\)/,
  },
  {
    what: 'a malformed kubeconfig',
    make: (bench) => void bench.file('kubelet.conf', 'clusters: [{name: a\nusers: ]\n'),
    code: 78,
    words: /the credentials in \S+kubelet\.conf cannot be used: line \d: /,
  },
  {
    what: 'a node name that contradicts the certificate',
    make: (bench) => bench.configure('', `kubeconfig: ${bench.path('kubelet.conf')}, nodeName: n9`),
    code: 78,
    words: /they belong to the Node n1, but credentials\.nodeName is n9/,
  },
  {
    what: 'credentials that the API server does not accept',
    make: (bench) =>
      void bench.file('kubelet.conf', kubeconfigText({ url: bench.server.url, ca: bench.server.ca, token: 'old' })),
    code: 78,
    words: /the credentials in \S+kubelet\.conf cannot be used: .*401/,
  },
  {
    what: 'an API server that is not there',
    make: (bench) => bench.server.stop(),
    code: 69,
    words: /the API server https:\S+ cannot be reached: the connection is refused/,
  },
  {
    what: 'an authority that did not sign the API server’s certificate',
    make: async (bench) => {
      await using other = await startFakeApiServer();
      bench.file('kubelet.conf', kubeconfigText({ ...bench.server.nodeCredentials('n1'), ca: other.ca }));
    },
    code: 69,
    words: /the API server https:\S+ cannot be reached: its certificate is not trusted: /,
  },
];

describe('what is wrong is said once, ends with its code, and changes nothing in the cluster', { timeout }, () => {
  for (const { what, make, code, words } of troubles) {
    it(`${what}: ${code}`, async () => {
      await using bench = await Bench.open();
      await make(bench);
      for (const command of commands) {
        const ran = await bench.run(...command.split(' '));
        const text = ran.out + ran.err;
        assert.equal(ran.code, code, `${command}: ${text}`);
        assert.equal(text.match(new RegExp(words, 'g'))?.length, 1, `${command}: ${text}`);
        assert.doesNotMatch(text, /\n\s+at |Error:|undefined|\[object/);
      }
      assert.deepEqual(bench.changes(), []);
    });
  }
});

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
  }
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

describe('where the manifest was not applied', { timeout }, () => {
  const refused = commands.filter((command) => !['drain --dry-run', 'uncordon'].includes(command));
  for (const command of refused) {
    it(`${command} ends with 77, says what is refused, and changes nothing`, async () => {
      await using bench = await Bench.open({ bare: true });
      await bench.admin.post('/api/v1/nodes', { metadata: { name: 'n1' } });
      const { code, out, err } = await bench.run(...command.split(' '));
      assert.equal(code, 77, out + err);
      assert.match(out + err, /missing|the API server refused to read the Lease kured-host\/kured-host/);
      assert.deepEqual(bench.changes(), []);
    });
  }
});

describe('a Node that is not there', { timeout }, () => {
  for (const command of ['drain', 'uncordon']) {
    it(`fails ${command} and says what to look at`, async () => {
      await using bench = await Bench.open();
      await bench.admin.delete('/api/v1/nodes/n1');
      const { code, err } = await bench.run(command);
      assert.equal(code, 1);
      assert.match(err, /^the Node n1 does not exist in the cluster \(yet\)\n {2}remedy: /);
    });
  }
});

const notRoot = skipUnless(process.getuid?.() === 0 ? null : 'only root can become somebody who may not');

describe('a user that may not ask the daemon', { timeout, skip: notRoot }, () => {
  const commandsOfDaemon: readonly [string, RegExp][] = [
    ['status', /^only root and the group kured-host may ask the daemon/],
    ['why', /^only root and the group kured-host may ask the daemon/],
    ['retry', /^only root may ask the daemon for something/],
  ];
  for (const [command, words] of commandsOfDaemon) {
    it(`${command} ends with 77`, async () => {
      await using bench = await Bench.open({ bare: true });
      const { code, err } = await asNobody(() => bench.run(command));
      assert.equal(code, 77, err);
      assert.match(err, words);
    });
  }
});

describe('wrong usage', { timeout }, () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /^Usage: kured-host COMMAND/],
    ['statsu', /^there is no command "statsu"; did you mean "status"\?; see "kured-host help"\n$/],
    ['drain --now', /^"drain" has no option "--now"; see "kured-host help drain"\n$/],
    ['drain --timeout 5', /^--timeout is "5", which has no unit .*; see "kured-host help drain"\n$/],
    ['lease release', /^NODE is missing; see "kured-host help lease release"\n$/],
    ['lease release N_7', /^"N_7" is no name of a node; see/],
    ['lease release n7 --timeout soon', /^--timeout is "soon", .*; see/],
    ['manifest --pool Big_Pool', /^"Big_Pool" is no name for a namespace or a pool/],
    ['help me', /^there is no command "me"/],
  ];
  for (const [line, words] of wrong) {
    it(`ends with 2 and one line: kured-host ${line}`, async () => {
      await using bench = await Bench.open({ bare: true });
      const ran: Ran = await bench.run(...line.split(' ').filter((word) => word !== ''));
      assert.deepEqual([ran.code, ran.out], [2, '']);
      assert.match(ran.err, words);
      assert.deepEqual(bench.server.audit, []);
    });
  }
});

/** The socket's folder is root's alone here, as the socket itself is on a machine. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
