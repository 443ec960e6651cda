/** That everything the service has to do can be done from inside the unit that is shipped. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { blocksOf, page } from '../docs/pages.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { installation } from './installation.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const socket = '/run/kured-host/metrics.sock';
/** Debian's folder of node-exporter's textfile collector. */
const collector = '/var/lib/prometheus/node-exporter';
const dropIn = '/etc/kured-host/config.d/50-test.yaml';

const settings = `
sentinel: {command: [/usr/local/bin/need], commandPeriod: 1s}
metrics: {listen: "unix:${socket}", textfile: ${collector}/kured-host.prom}
`;

/** Says what it may, leaves a trace where the service itself cannot write, and needs no reboot. */
const need = `#!/bin/sh
sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status >/etc/capabilities-of-command
exit 1
`;

for (const suite of eachSuite)
  describe(`the unit on Debian ${suite}`, { skip, timeout: 900_000 }, () => {
    let cluster: ClusterAccess & AsyncDisposable;
    let nodes: GuestPool;
    let guest: Guest;
    before(async () => {
      cluster = await sharedControlPlane();
      nodes = await GuestPool.open(cluster);
      guest = await nodes.add({ suite, settings, booted: false });
      guest.put('/usr/local/bin/need', need, 0o755);
      mkdirSync(guest.path(collector), { recursive: true });
      loginByPlugin(guest);
      await guest.boot();
    });
    after(async () => {
      await nodes[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    });

    it('has an exposure of 1.6 or lower, and systemd has nothing to say about it', async (t) => {
      const security = await guest.must(['systemd-analyze', '--no-pager', 'security', '--threshold=16', 'kured-host']);
      t.diagnostic(`${suite}: ${security.trim().split('\n').at(-1)}`);
      const { code, stdout, stderr } = await guest.run(['systemd-analyze', 'verify', '--man=no', 'kured-host.service']);
      assert.deepEqual([code, stdout + stderr], [0, '']);
    });

    it('lets it log in by a plugin that the kubeconfig names, also where GKE has it, below /home', async () => {
      await guest.logs(/The credentials were loaded \(file=\/etc\/kubernetes\/kubelet\.conf/);
      await guest.logs(/no reboot is needed/);
      assert.match(guest.read('/run/kured-host/plugin'), /^asked --cache-dir$/m);
    });

    it('keeps that plugin from writing into its cache, and opens it as the installation page says', async () => {
      const cache = ['cat', '/var/lib/kubelet/pki/written'];
      assert.notEqual((await guest.run(cache)).code, 0);
      const block = blocksOf(page('docs/install.md'), 'sh').find(({ name }) => name === 'gke');
      await guest.sh(block?.text ?? assert.fail('docs/install.md has no block "gke"'));
      await guest.sees('what the plugin wrote', cache, /^written$/m);
      await guest.sh('rm -r /etc/systemd/system/kured-host.service.d; systemctl daemon-reload');
      await guest.systemctl('restart', 'kured-host');
    });

    it('holds it without capabilities, and runs a command of the configuration outside, with all of them', async () => {
      const pid = await guest.show('kured-host', 'MainPID');
      assert.match(await guest.must(['cat', `/proc/${pid}/status`]), /^CapEff:\s+0+$/m);
      await guest.sees('what the command may', ['cat', '/etc/capabilities-of-command'], /^0*[1-9a-f]/);
    });

    it('gives status and metrics to members of its group, and to nobody else', async () => {
      assert.equal(await guest.must(['stat', '-c', '%G %a', '/run/kured-host/status.sock']), 'kured-host 660\n');
      const as = (group: string) => ['setpriv', '--reuid=nobody', `--regid=${group}`, '--clear-groups'];
      assert.match(await guest.must([...as('kured-host'), 'kured-host', 'status']), /no reboot is needed/);
      const probe = `require('node:http').get({socketPath:'${socket}',path:'/metrics'},(r)=>r.pipe(process.stdout)).on('error',(e)=>console.log(e.code))`;
      const metrics = (group: string) => guest.must([...as(group), '/usr/libexec/kured-host/node', '-e', probe]);
      assert.match(await metrics('kured-host'), /^kured_host_/m);
      assert.equal(await metrics('nogroup'), 'EACCES\n');
    });

    it("lets it write for node-exporter's collector, for everybody to read, and into no other folder", async () => {
      const file = `${collector}/kured-host.prom`;
      assert.match(await guest.sees('the metrics in their file', ['cat', file], /./), /^kured_host_build_info\{/m);
      assert.equal(await guest.must(['stat', '-c', '%U %a', file]), 'root 644\n');
      const right = guest.read(dropIn);
      guest.put(dropIn, right.replace(file, '/srv/kured-host.prom'));
      await guest.systemctl('reload', 'kured-host');
      await guest.logs(/Metrics cannot be written into the file.*EROFS: read-only file system/);
      assert.notEqual((await guest.run(['test', '-e', file])).code, 0, 'what is not written any more is gone');
      guest.put(dropIn, right);
      await guest.systemctl('reload', 'kured-host');
      await guest.sees('the metrics in their file', ['cat', file], /./);
    });

    it('lets it keep its state, for root alone', async () => {
      const memory = ['stat', '-c', '%U %a', '/var/lib/kured-host/memory.json'];
      assert.match(await guest.sees('the state', memory, /./), /^root 600$/m);
      assert.equal(await guest.must(['stat', '-c', '%a', '/var/lib/kured-host']), '700\n');
    });

    it('reloads the configuration, and refuses a wrong one with file and line, without a restart', async () => {
      const before = await installation(guest);
      const right = guest.read(dropIn);
      guest.put(dropIn, `${right}logLevel: debug\n`);
      await guest.systemctl('reload', 'kured-host');
      await guest.logs(/The configuration was read \(changed=log\b/);
      guest.put(dropIn, `${right}logLevel: loud\n`);
      const { code } = await guest.run(['systemctl', 'reload', 'kured-host']);
      assert.equal(code, 1);
      await guest.logs(/50-test\.yaml:\d+:11: /);
      assert.match(
        await guest.show('kured-host', 'StatusText'),
        /the configuration on disk was refused: .*50-test\.yaml:/,
      );
      guest.put(dropIn, right);
      await guest.systemctl('reload', 'kured-host');
      assert.deepEqual(await installation(guest), before);
    });

    it('goes on under the name of its Node when the host is called otherwise', async () => {
      await guest.sh('hostname somebody-else; systemctl restart kured-host');
      await guest.sees('the status', ['kured-host', 'status', '--json'], new RegExp(`"node": "${guest.name}"`));
      await guest.must(['hostname', guest.name]);
    });

    it('closes the homes of people to it, which it says, and opens them by a drop-in', async () => {
      const right = guest.read(dropIn);
      await guest.sh('cp -a /home/kubernetes/bin /root/bin');
      await guest.sh('sed s:/home/kubernetes/bin:/root/bin: /etc/kubernetes/kubelet.conf >/etc/kubernetes/other.conf');
      await guest.sh('cp /etc/kubernetes/other.conf /root/kubelet.conf');
      const says = ['systemctl', 'show', '--value', '--property=StatusText', 'kured-host'];
      const closed = {
        '/etc/kubernetes/other.conf': /running its plugin \/root\/bin\/\S+ is refused; .*ProtectHome=read-only/,
        '/root/kubelet.conf': /reading \/root\/kubelet\.conf is refused; .*ProtectHome=read-only/,
      };
      for (const [file, why] of Object.entries(closed)) {
        guest.put(dropIn, `${right}credentials: {kubeconfig: ${file}}\n`);
        await guest.systemctl('reload', 'kured-host');
        await guest.sees('what it misses', says, why);
      }
      guest.put('/etc/systemd/system/kured-host.service.d/home.conf', '[Service]\nProtectHome=read-only\n');
      await guest.sh('systemctl daemon-reload; systemctl restart kured-host');
      await guest.logs(/The credentials were loaded \(file=\/root\/kubelet\.conf/);
      guest.put(dropIn, right);
      await guest.sh(
        'rm -r /etc/systemd/system/kured-host.service.d; systemctl daemon-reload; systemctl restart kured-host',
      );
    });

    it('is rebooted by logind because a package asked for it', async () => {
      await guest.must(['apt-get', 'install', '--reinstall', '-y', 'dbus']);
      await nodes.rebooted(guest, 2);
    });
  });

/** The node's certificate comes from a plugin in place of a file, as on GKE: one in /home, which reads its cache beside the kubelet's. */
function loginByPlugin(guest: Guest): void {
  const config = JSON.parse(guest.read('/etc/kubernetes/kubelet.conf'));
  const [{ user }] = config.users;
  const pem = readFileSync(guest.path(user['client-key']), 'utf8');
  const status = { clientCertificateData: pem, clientKeyData: pem };
  const apiVersion = 'client.authentication.k8s.io/v1';
  const credential = JSON.stringify({ apiVersion, kind: 'ExecCredential', status });
  guest.put('/var/lib/kubelet/pki/credential.json', credential, 0o600);
  const command = '/home/kubernetes/bin/gke-exec-auth-plugin';
  guest.put(
    command,
    '#!/bin/sh\necho "asked $1" >/run/kured-host/plugin\necho written >"$2/written"; cat "$2/credential.json"\n',
    0o755,
  );
  config.users[0].user = {
    exec: { apiVersion, command, args: ['--cache-dir', '/var/lib/kubelet/pki/'], interactiveMode: 'Never' },
  };
  guest.put('/etc/kubernetes/kubelet.conf', JSON.stringify(config), 0o600);
}
