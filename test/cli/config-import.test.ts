import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Bench, type Ran } from './bench.ts';

const url = 'slack://T00000000/B00000000/notforterminals';

const manifest = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: kured}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kured, namespace: kube-system}
spec:
  template:
    spec:
      nodeSelector: {pool: workers}
      volumes: [{name: sentinel, hostPath: {path: /var/lib/updates}}]
      containers:
        - name: proxy
          image: example.invalid/proxy
        - name: kured
          image: ghcr.io/kubereboot/kured:1.23.0
          command: [/usr/bin/kured]
          args:
            - --reboot-sentinel=/sentinel/reboot-wanted
            - --reboot-days=mon,tue
            - --period=1h
            - --notify-url=$(NOTIFY_URL)
            - --prometheus-url=http://$(PROMETHEUS):9090
          volumeMounts: [{name: sentinel, mountPath: /sentinel, readOnly: true}]
          env:
            - {name: KURED_NODE_ID, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: KURED_REBOOT_DAYS, value: wed}
            - {name: KURED_CONCURRENCY, value: "3"}
            - {name: PROMETHEUS, value: prometheus.monitoring}
            - {name: NOTIFY_URL, valueFrom: {secretKeyRef: {name: kured-notify, key: url}}}
`;

describe('config import-kured', { timeout: 60_000 }, () => {
  it('prints what flags mean here, and "config check" takes it', async () => {
    await using bench = await Bench.open({ bare: true });
    const ran = await bench.run('config', 'import-kured', '--', '--start-time=22:00', '--end-time', '5:00');
    assert.equal(ran.code, 0);
    assert.match(ran.out, /^# The settings of kured, read from a command line /);
    assert.match(ran.out, /windows: \[\{days: \[sun, .*\], start: "22:00", end: "05:00:01", timeZone: UTC\}\]/);
    await isTaken(bench, ran);
  });

  it('reads the environment over the arguments, as kured does since 1.16.2, and adds to lists', async () => {
    await using bench = await Bench.open({ bare: true });
    const env = { KURED_CONCURRENCY: '2', KURED_REBOOT_DAYS: 'wed', KURED_NO_SUCH: 'x' };
    const flags = ['--concurrency=5', '--reboot-days=mon,tue'];
    const ran = await bench.start(['config', 'import-kured', '--', ...flags], '', { env }).ended;
    assert.match(ran.out, /^concurrency: 2$/m);
    assert.match(ran.out, /days: \[mon, tue, wed\]/);
    assert.match(ran.err, /^KURED_NO_SUCH is not read by kured/m);
  });

  it('reads a DaemonSet: the right container, its mounts, its variables, and what stands in a Secret', async () => {
    await using bench = await Bench.open({ bare: true });
    const ran = await bench.run('config', 'import-kured', '--from', bench.file('kured.yaml', manifest));
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /read from the DaemonSet kured by/);
    assert.match(ran.out, /files: \[\/var\/lib\/updates\/reboot-wanted\]/);
    assert.match(ran.out, /days: \[mon, tue, wed\]/);
    assert.match(ran.out, /^concurrency: 3$/m);
    assert.match(ran.out, /url: "http:\/\/prometheus\.monitoring:9090"/);
    assert.match(ran.out, /# the URL stands in the key url of the Secret kured-notify/);
    assert.match(ran.err, /^--notify-url: its value stands in the key url of the Secret kured-notify: write it into/m);
    assert.match(ran.err, /runs on the nodes with pool=workers alone/);
    assert.doesNotMatch(ran.err, /node-id/);
    await isTaken(bench, ran);
  });

  it('reads the DaemonSet in the cluster with the kubeconfig of an admin', async () => {
    await using bench = await Bench.open({ bare: true });
    await bench.admin.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
    const metadata = { name: 'updates', namespace: 'ops' };
    const containers = [{ name: 'kured', image: 'kured', args: ['--concurrency=4'] }];
    await bench.admin.post('/apis/apps/v1/namespaces/ops/daemonsets', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: { selector: { matchLabels: { name: 'kured' } }, template: { spec: { containers } } },
    });
    const kubeconfig = bench.file(
      'admin.conf',
      bench.server.kubeconfigFor({ name: 'admin', groups: ['system:masters'] }),
    );
    const where = ['--kubeconfig', kubeconfig, '--ds-namespace', 'ops', '--ds-name', 'updates'];
    const ran = await bench.run('config', 'import-kured', ...where, '--', '--reboot-days=sun');
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /^concurrency: 4$/m);
    assert.match(ran.out, /days: \[sun\]/);
  });

  it('reads values of the Helm chart as its template does, traps included', async () => {
    await using bench = await Bench.open({ bare: true });
    const values = `
configuration:
  startTime: 9am
  endTime: ""
  lockTtl: 0
  forceReboot: false
  drainGracePeriod: 0
  rebootSentinelCommand: /usr/bin/needs-restarting
  rebootDays: [mon, tue]
  concurrency: 2
  noSuchThing: 1
extraArgs: {annotate-nodes: "", concurrency: 3}
extraEnvVars: [{name: KURED_TIME_ZONE, value: Europe/Berlin}]
`;
    const ran = await bench.start(['config', 'import-kured', '--from', '-'], values).ended;
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /read from values of its Helm chart/);
    assert.match(ran.out, /days: \[mon, tue\], start: "09:00", end: "24:00", timeZone: Europe\/Berlin/);
    assert.match(ran.out, /^concurrency: 3$/m);
    assert.doesNotMatch(ran.out, /needs-restarting|gracePeriod/);
    assert.match(ran.err, /rebootSentinelCommand is not passed to kured by the chart while useRebootSentinelHostPath/);
    assert.match(ran.err, /drainGracePeriod is 0, which the chart does not pass/);
    assert.match(ran.err, /configuration\.noSuchThing is not known to the chart/);
    await isTaken(bench, ran);
  });

  it('reads values of a chart that holds that of kured', async () => {
    await using bench = await Bench.open({ bare: true });
    const { out } = await bench.start(
      ['config', 'import-kured', '--from', '-'],
      'kured: {configuration: {concurrency: 7}}',
    ).ended;
    assert.match(out, /^concurrency: 7$/m);
  });

  it('does not guess what stands in a ConfigMap, and takes it from behind -- then', async () => {
    await using bench = await Bench.open({ bare: true });
    const from = '{name: KURED_TIME_ZONE, valueFrom: {configMapKeyRef: {name: kured, key: zone}}}';
    const file = bench.file('values.yaml', `configuration: {startTime: 9am, timeZone: UTC}\nextraEnvVars: [${from}]\n`);
    const asked = await bench.run('config', 'import-kured', '--from', file);
    assert.deepEqual([asked.code, asked.out], [78, '']);
    assert.match(
      asked.err,
      /^error: --time-zone stands in the key zone of the ConfigMap kured, where nothing is read; give it behind --/m,
    );
    const ran = await bench.run('config', 'import-kured', '--from', file, '--', '--time-zone=Asia/Tokyo');
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /timeZone: Asia\/Tokyo/);
  });

  it('passes the sentinel command of the chart where its folder is not mounted', async () => {
    await using bench = await Bench.open({ bare: true });
    const values =
      'configuration: {useRebootSentinelHostPath: false, rebootSentinelCommand: /usr/bin/needs-restarting}';
    const { out } = await bench.start(['config', 'import-kured', '--from', '-'], values).ended;
    assert.match(out, /command: \[\/usr\/bin\/needs-restarting\]/);
  });

  it('reads a command line in a file, with its variables and its line ends', async () => {
    await using bench = await Bench.open({ bare: true });
    const text = 'KURED_TIME_ZONE=Local /usr/bin/kured --start-time 9am \\\n  --end-time "5pm" # office hours\n';
    const { out, code } = await bench.start(['config', 'import-kured', '--from', '-'], text).ended;
    assert.equal(code, 0);
    assert.match(out, /start: "09:00", end: "17:00:01", timeZone: Local/);
  });

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

  const unfit: readonly (readonly [what: string, bytes: Buffer, words: RegExp])[] = [
    [
      'more than 1 MiB, of which the beginning may leave out flags',
      Buffer.from(`concurrency: 2\n${'#\n'.repeat(600_000)}extraArgs: {concurrency: 3}\n`),
      /^F cannot be read: it is larger than 1 MiB; give the DaemonSet of kured alone/,
    ],
    ['Latin-1', Buffer.from('# caf\xe9\nconcurrency: 2\n', 'latin1'), /^F cannot be read: it is not UTF-8 text/],
  ];
  for (const [what, bytes, words] of unfit) {
    it(`takes nothing of ${what}, from a file and from standard input alike`, async () => {
      await using bench = await Bench.open({ bare: true });
      const file = bench.path('values.yaml');
      writeFileSync(file, bytes);
      const fromFile = await bench.run('config', 'import-kured', '--from', file);
      const fromInput = await bench.start(['config', 'import-kured', '--from', '-'], bytes).ended;
      assert.deepEqual([fromFile.code, fromFile.out, fromInput.code, fromInput.out], [1, '', 1, '']);
      assert.match(fromFile.err.replaceAll(file, 'F'), words);
      assert.match(fromInput.err.replaceAll('standard input', 'F'), words);
    });
  }

  it('tells in one sentence what it cannot read', async () => {
    await using bench = await Bench.open({ bare: true });
    const text = bench.file('text', 'hello world\n');
    for (const [args, code, says] of [
      [['--from', text], 1, /^this is neither a DaemonSet, nor values of the chart of kured, nor a command line/],
      [['--from', bench.path('missing')], 1, /missing cannot be read: ENOENT/],
      [['--from', text, '--kubeconfig', text], 2, /^give --from or --kubeconfig, not both/],
      [['--secrets', 'here', '--', '--period=1h'], 2, /^--secrets needs an absolute path/],
      [[], 2, /^nothing to read: give --from FILE/],
    ] as const) {
      const ran = await bench.run('config', 'import-kured', ...args);
      assert.equal(ran.code, code);
      assert.match(ran.err, says);
    }
  });
});

async function isTaken(bench: Bench, { out }: Ran): Promise<void> {
  const checked = await bench.start(['config', 'check', '-'], out).ended;
  assert.equal(checked.code, 0, checked.err);
}
