import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { Bench } from './bench.ts';

const kured = (kind: string) => [{ apiVersion: 'apps/v1', kind, name: 'kured', uid: 'u1', controller: true }];

describe('preflight', { timeout: 60_000 }, () => {
  for (const [what, labels, kind, warned] of [
    ['by its manifest', { name: 'kured' }, 'DaemonSet', true],
    ['by its chart', { 'app.kubernetes.io/name': 'kured' }, 'DaemonSet', true],
    ['by its name alone', {}, 'DaemonSet', true],
    ['in a Job that only bears its name', { name: 'kured' }, 'Job', false],
  ] as const) {
    it(`${warned ? 'warns of' : 'says nothing of'} kured on this node ${what}, and ends as it would without`, async () => {
      await using bench = await Bench.open();
      const { code: before, out: clean } = await bench.run('preflight');
      assert.doesNotMatch(clean, /^warning/m);
      await bench.admin.post('/api/v1/namespaces/default/pods', {
        metadata: { name: 'kured-x7k2p', namespace: 'default', labels, ownerReferences: kured(kind) },
        spec: { nodeName: 'n1', containers: [{ name: 'kured', image: 'example.invalid/kured:1' }] },
      });
      const { code, out } = await bench.run('preflight');
      assert.equal(code, before);
      const line =
        /^warning {2}the pod default\/kured-x7k2p may reboot this node without its turn: .*\n {9}.*kubectl delete daemonset -n default kured$/m;
      if (warned) assert.match(out, line);
      else assert.doesNotMatch(out, /warning/);
      assert.deepEqual(bench.changes(), []);
    });
  }

  it('names what the configuration wants of this machine and a start would refuse, and ends with 78', async () => {
    await using bench = await Bench.open();
    bench.file('etc/kured-host/config.d/50.yaml', 'sentinel: {command: [/usr/sbin/is-not-there]}\n');
    const { code, out } = await bench.run('preflight');
    assert.equal(code, 78);
    assert.match(
      out,
      /^missing {2}\/etc\/kured-host\/config\.d\/50\.yaml:1:\d+: sentinel\.command names \/usr\/sbin\/is-not-there, which /m,
    );
    assert.match(out, /^ok {7}write the Lease kured-host\/kured-host$/m);
    const { needs } = JSON.parse((await bench.run('preflight', '--json')).out) as { needs: { is: string }[] };
    assert.equal(needs.filter(({ is }) => is === 'missing').length, 1);
  });

  it('tells a warning by --json, too', async () => {
    await using bench = await Bench.open();
    await bench.admin.post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'kured-1', namespace: 'default', ownerReferences: kured('DaemonSet') },
      spec: { nodeName: 'n1', containers: [{ name: 'kured', image: 'example.invalid/kured:1' }] },
    });
    const { out } = await bench.run('preflight', '--json');
    const { needs } = JSON.parse(out) as { needs: { is: string; what: string }[] };
    assert.equal(needs.filter(({ is }) => is === 'warning').length, 1);
  });

  const silent =
    /^warning {2}this machine is updated by ([\w-]+), which writes no file .*\n {9}ln -s \S+\/recipes\/\1\.yaml /m;
  const image = 'run/ostree-booted';
  for (const [what, files, settings, warned] of [
    ['dnf', ['usr/bin/dnf'], '', 'dnf'],
    ['dnf, and a command that asks it', ['usr/bin/dnf'], 'sentinel: {command: [/bin/false]}\n', null],
    ["Debian's dnf", ['usr/bin/dnf', 'usr/bin/dpkg'], '', null],
    ['zypper beside dnf', ['usr/bin/dnf', 'usr/bin/zypper'], '', null],
    ['rpm-ostree', [image, 'usr/bin/rpm-ostree', 'usr/bin/bootc', 'usr/bin/dnf'], '', 'rpm-ostree'],
    ['rpm-ostree that updates other machines', ['usr/bin/rpm-ostree', 'usr/bin/dpkg'], '', null],
    ['bootc that makes images', ['usr/bin/bootc', 'usr/bin/dnf'], '', 'dnf'],
    ["Flatcar's update-engine, which writes a file", ['usr/bin/update_engine_client'], '', null],
  ] as const) {
    it(`${warned === null ? 'says nothing' : 'warns'} of updates that nobody would notice, with ${what}`, async () => {
      await using bench = await Bench.open();
      for (const file of files) bench.file(file, '');
      if (settings !== '') bench.file('etc/kured-host/config.d/50-sentinel.yaml', settings);
      const { out } = await bench.run('preflight');
      assert.equal(silent.exec(out)?.[1] ?? null, warned, out);
    });
  }

  it('warns of bootc that its older releases write no file', async () => {
    await using bench = await Bench.open();
    for (const file of [image, 'usr/bin/bootc', 'usr/bin/dnf']) bench.file(file, '');
    const { out } = await bench.run('preflight');
    assert.match(out, /^warning {2}this machine is updated by bootc, whose older .*\n {9}ln -s \S+\/bootc\.yaml /m);
  });

  it('names the hooks that would not be run, and runs none', async () => {
    await using bench = await Bench.open();
    const folder = join(bench.root, 'etc/kured-host/hooks');
    const put = (name: string, mode: number): string => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n>${bench.root}/ran\n`);
      chmodSync(file, mode);
      return file;
    };
    const open = put('before-drain.d/10-open', 0o777);
    const forgot = put('after-boot.d/20-forgot', 0o644);
    const good = put('after-boot.d/30-good', 0o755);
    const { out } = await bench.run('preflight');
    assert.match(out, new RegExp(`^warning {2}the hook ${open} is not run, because .*\n {9}.*chmod go-w`, 'm'));
    assert.match(out, new RegExp(`^warning {2}the hook ${forgot} is not run, because it is not executable$`, 'm'));
    // What a user other than root has made is refused as well.
    if (process.getuid?.() === 0) assert.ok(!out.includes(good), out);
    assert.ok(!existsSync(join(bench.root, 'ran')));
  });
});
