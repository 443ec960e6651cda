import assert from 'node:assert/strict';
import { chmodSync, chownSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { writesBy } from '../observer/from-audit.ts';
import { canRunBundle, command, daemon, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** Root without capabilities, as the service runs: it may not read what belongs to others. */
const powerless = ['setpriv', '--bounding-set', '-all', '--'];
const [config, kubeconfig] = ['/etc/kured-host/config.yaml', '/etc/kubernetes/kubelet.conf'];
const strangersId = 65534;

/** Something wrong that the daemon waits for: what is put in place of the good kubeconfig, and what both commands say. */
interface Wrong {
  readonly what: string;
  readonly spoil: (file: string, cluster: ClusterAccess) => void;
  readonly code: 69 | 78;
  readonly words: RegExp;
}

const wrongs: readonly Wrong[] = [
  {
    what: 'a kubeconfig that is no YAML',
    spoil: (file) => replace(file, 'clusters: [{name: a\nusers: ]\n'),
    code: 78,
    words: /the credentials in \S+\/kubelet\.conf cannot be used: line \d: /,
  },
  {
    what: 'a file of another kind',
    spoil: (file) => replace(file, 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'),
    code: 78,
    words: /cannot be used: it is no kubeconfig but a KubeletConfiguration/,
  },
  {
    what: 'a kubeconfig whose context is not there',
    spoil: (file) => edit(file, (text) => text.replace('"current-context": "test"', '"current-context": "other"')),
    code: 78,
    words: /cannot be used: current-context names \\?"other\\?", which is not among its contexts/,
  },
  {
    what: 'a kubeconfig that the service may not read',
    spoil: (file) => chownSync(file, strangersId, strangersId),
    code: 78,
    words: /cannot be used: reading \S+\/kubelet\.conf is refused; run as root/,
  },
  {
    what: 'a kubeconfig that is not there',
    spoil: (file) => renameSync(file, `${file}.away`),
    code: 78,
    words: /no kubeconfig of a kubelet was found \(\S+\/kubelet\.conf\)/,
  },
  {
    what: 'an API server that nobody is at',
    spoil: (file) => edit(file, (text) => text.replace(/"server": "[^"]*"/, '"server": "https://127.0.0.1:1"')),
    code: 69,
    words: /the API server https:\/\/127\.0\.0\.1:1 cannot be reached: the connection is refused/,
  },
  {
    what: 'an authority that did not sign the API server’s certificate',
    spoil: (file, { directory }) =>
      edit(file, (text) =>
        text.replace(/"certificate-authority": "[^"]*"/, `"certificate-authority": "${directory}/admin.crt"`),
      ),
    code: 69,
    words: /the API server https:\/\/\S+ cannot be reached: its certificate is not trusted: /,
  },
];

/** Something wrong with the configuration, which ends both commands. */
const unacceptable: readonly (readonly [string, string, RegExp])[] = [
  ['a misspelt key', 'sentinal: {files: [/run/reboot-required]}', /config\.yaml:\d+:\d+: .*sentinal.*sentinel/],
  ['a wrong type', 'concurrency: many', /config\.yaml:\d+:\d+: .*concurrency.*many/],
  ['a duration without a unit', 'drain: {timeout: 30}', /config\.yaml:\d+:\d+: .*drain\.timeout.*30/],
];

describe('bad input, with a cluster that could be changed', { skip, timeout: 150_000, concurrency: 4 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const { what, spoil, code, words } of wrongs) {
    it(`${what}: preflight ends with ${code}, the daemon says the same and goes on when it is mended`, async () => {
      await using pool = await Pool.open(cluster);
      const { machine, file } = await ready(pool);
      const good = readFileSync(file, 'utf8');
      spoil(file, cluster);
      await saidBy(machine, words, code);
      await waits(pool, machine, words);
      replace(file, good);
      await pool.rebooted(machine);
      assert.ok((await writesBy(pool, machine)).length > 0);
    });
  }

  it('a node name that contradicts the certificate: both commands end with 78 and say the same', async () => {
    await using pool = await Pool.open(cluster);
    const { machine } = await ready(pool);
    const words = new RegExp(`they belong to the Node ${machine.name}, but credentials.nodeName is somebody-else`);
    writeFileSync(
      machine.folders.hostPath(config),
      pool.config(kubeconfig, { credentials: 'nodeName: somebody-else' }),
    );
    await bothEnd(pool, machine, words);
  });

  it('a node name that contradicts a certificate which comes later: the daemon waits, refuses another such name at SIGHUP, and goes on when mended', async () => {
    await using pool = await Pool.open(cluster);
    const { machine, file } = await ready(pool);
    const words = new RegExp(`they belong to the Node ${machine.name}, but credentials.nodeName is somebody-else`);
    const place = machine.folders.hostPath(config);
    writeFileSync(place, pool.config(kubeconfig, { credentials: 'nodeName: somebody-else' }));
    renameSync(file, `${file}.later`);
    await waits(pool, machine, /no kubeconfig of a kubelet was found/, () => renameSync(`${file}.later`, file), words);
    writeFileSync(place, pool.config(kubeconfig, { credentials: 'nodeName: nobody' }));
    machine.service?.kill('SIGHUP');
    await machine.awaitLog(/config-refused.*but credentials\.nodeName is nobody/);
    writeFileSync(place, pool.config(kubeconfig));
    machine.service?.kill('SIGHUP');
    await pool.rebooted(machine);
  });

  for (const [what, line, words] of unacceptable) {
    it(`${what}: both commands end with 78 and name file, line and column`, async () => {
      await using pool = await Pool.open(cluster);
      const { machine } = await ready(pool);
      writeFileSync(machine.folders.hostPath(config), pool.config(kubeconfig, { settings: line }));
      await bothEnd(pool, machine, words);
    });
  }

  it('a configuration that the service may not read: both commands end with 78 and name it', async () => {
    await using pool = await Pool.open(cluster);
    const { machine } = await ready(pool);
    chownSync(machine.folders.hostPath(config), strangersId, strangersId);
    chmodSync(machine.folders.hostPath(config), 0o600);
    for (const one of ['preflight', 'run']) {
      const { code, stdout, stderr } = await machine.run([...powerless, ...command, one]);
      assert.equal(code, 78, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^\/etc\/kured-host\/config\.yaml: .*\n$/);
    }
    assert.deepEqual(await writesBy(pool, machine), []);
  });
});

/** A machine whose node is registered, with a kubeconfig of its own and a need, where only the daemon is missing. */
async function ready(pool: Pool): Promise<{ machine: Machine; file: string }> {
  const name = uniqueName('node');
  const good = readFileSync(await pool.cluster.nodeKubeconfig(name), 'utf8');
  const machine = await pool.add({ name, kubeconfig, service: [...powerless, ...daemon], serviceAtBoot: false });
  await machine.kubelet?.awaitReported(true);
  const file = machine.folders.hostPath(kubeconfig);
  replace(file, good);
  machine.requireReboot();
  return { machine, file };
}

/** Preflight says it, once, and ends with that code. */
async function saidBy(machine: Machine, words: RegExp, code: number): Promise<void> {
  const told = await machine.run([...powerless, ...command, 'preflight']);
  const text = told.stdout + told.stderr;
  assert.equal(told.code, code, text);
  assert.equal([...text.matchAll(new RegExp(words, 'g'))].length, 1, text);
  assert.doesNotMatch(text, /\n\s+at |Error:/);
}

/** Both commands say it in one line and end with 78, and nothing was written. */
async function bothEnd(pool: Pool, machine: Machine, words: RegExp): Promise<void> {
  await saidBy(machine, words, 78);
  const run = await machine.run(daemon);
  assert.equal(run.code, 78);
  assert.match(run.stderr, words);
  assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
  assert.deepEqual(await writesBy(pool, machine), []);
}

/**
 * The daemon runs, says it in its log and to who asks, and has changed nothing in the cluster; with `next`, says first what is
 * wrong before that.
 */
async function waits(
  pool: Pool,
  machine: Machine,
  words: RegExp,
  next: () => void = () => {},
  then: RegExp = words,
): Promise<void> {
  const before = (await pool.lease).metadata.resourceVersion;
  await machine.startService();
  await machine.awaitLog(words);
  next();
  await machine.awaitLog(then);
  const why = await machine.run([...command, 'why']);
  assert.equal(why.code, 0, why.stderr);
  assert.match(why.stdout, then);
  assert.ok(machine.service?.running);
  assert.deepEqual(await writesBy(pool, machine), []);
  assert.equal((await pool.lease).metadata.resourceVersion, before);
}

/** As whole and at once as a rotation does it. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  assert.notEqual(after, before);
  replace(file, after);
}
