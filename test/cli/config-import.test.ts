import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Bench, type Ran } from './bench.ts';

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
