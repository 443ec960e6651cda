import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { available, skipUnless } from '../cluster/available.ts';
import type { CertificateFiles, ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle, Pool } from './pool.ts';
import { writeFor } from './purposes.ts';
import { assertLaws, nothingLeft, openStage, pause, type Stage, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('the certificate of a node', { skip, timeout: 240_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it("is replaced the kubelet's way, by another link, under open connections: the next request uses the new one", async () => {
    const pki = new Pki(cluster);
    await using stage = await openStage(cluster, {}, (server, node) => pki.linked(server, node));
    await whileQueued(stage, async () => {
      await pki.issue();
      pki.link();
    });
    assert.equal(claimSerial(stage), pki.serial);
  });

  it('is gone for a moment while it is replaced: what worked works on, then the new one is used', async () => {
    const pki = new Pki(cluster);
    await using stage = await openStage(cluster, {}, (server, node) => pki.linked(server, node));
    await uses(stage);
    const before = pki.serial;
    pki.unlink();
    await looksAgain();
    await whileQueued(stage, async () => {
      assert.equal(stage.proxy.passed.findLast(({ method }) => method === 'PUT')?.serial, before);
      await pki.issue();
      pki.link();
    });
    assert.equal(claimSerial(stage), pki.serial);
  });

  it('is read torn, the new certificate beside the old key: what worked works on until the pair is whole', async () => {
    const pki = new Pki(cluster);
    await using stage = await openStage(cluster, {}, (server, node) => pki.split(server, node));
    await uses(stage);
    const before = pki.serial;
    await pki.issue();
    pki.put('cert');
    await looksAgain();
    await whileQueued(stage, async () => {
      assert.equal(stage.proxy.passed.findLast(({ method }) => method === 'PUT')?.serial, before);
      pki.put('key');
    });
    assert.equal(claimSerial(stage), pki.serial);
  });

  it('has expired: the reason says so and when, and it goes on by itself when a new one is there', async () => {
    const expired = new Date(Date.now() - 60_000);
    const { pool, machine, pki } = await direct(cluster, expired);
    await using _pool = pool;
    machine.requireReboot();
    await saysExpired(machine, pki);
    await pki.issue();
    pki.link();
    await rebootedOnce(pool, machine);
  });

  it('expires under an open connection: the reason says so, and it goes on by itself when a new one is there', async () => {
    const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 8_000);
    const { pool, machine, pki } = await direct(cluster, soon);
    await using _pool = pool;
    await machine.awaitLog(/"to":"idle"/);
    // Nothing but time makes a certificate expire.
    await setTimeout(soon.getTime() + 1_000 - Date.now());
    machine.requireReboot();
    await saysExpired(machine, pki);
    await pki.issue();
    pki.link();
    await rebootedOnce(pool, machine);
  });
});

/** Resolves once the daemon has read its credentials and come to rest with them. */
async function uses({ machine }: Stage): Promise<void> {
  await machine.awaitLog(/"phase":"idle"/);
}

/** A node's certificates, and the files that its kubeconfig names. */
class Pki {
  readonly #cluster: ClusterAccess;
  readonly #folder: string;
  #node = '';
  #files: CertificateFiles = { cert: '', key: '', pem: '' };

  constructor(cluster: ClusterAccess) {
    this.#cluster = cluster;
    this.#folder = mkdtempSync(join(cluster.directory, 'pki-'));
  }

  /** Of the certificate that was issued last. */
  get serial(): string {
    return new X509Certificate(readFileSync(this.#files.cert)).serialNumber;
  }

  get validTo(): string {
    return new X509Certificate(readFileSync(this.#files.cert)).validToDate.toISOString();
  }

  async issue(notAfter?: Date): Promise<void> {
    const name = `system:node:${this.#node}`;
    const request = { name, organizations: ['system:nodes'], ...(notAfter === undefined ? {} : { notAfter }) };
    this.#files = await this.#cluster.certificate(request);
  }

  /** A kubeconfig that names one file for both, which is a link, as kubelet-client-current.pem is. */
  async linked(server: string | undefined, node: string, notAfter?: Date): Promise<string> {
    this.#node = node;
    await this.issue(notAfter);
    this.link();
    return this.#cluster.kubeconfigFor({ kind: 'files', cert: this.#current, key: this.#current }, server);
  }

  /** A kubeconfig that names two files. */
  async split(server: string, node: string): Promise<string> {
    this.#node = node;
    await this.issue();
    const [cert, key] = [this.put('cert'), this.put('key')];
    return this.#cluster.kubeconfigFor({ kind: 'files', cert, key }, server);
  }

  /** As the kubelet does it: another link beside, and a rename over the old one. */
  link(): void {
    const next = `${this.#current}.updated`;
    symlinkSync(this.#files.pem, next);
    renameSync(next, this.#current);
  }

  unlink(): void {
    rmSync(this.#current);
  }

  put(which: 'cert' | 'key'): string {
    const file = join(this.#folder, `${which}.pem`);
    cpSync(this.#files[which], file);
    return file;
  }

  get #current(): string {
    return join(this.#folder, 'kubelet-client-current.pem');
  }
}

/** Does the work while the node waits in the queue of a paused pool, with its watches open; then it reboots once. */
async function whileQueued(stage: Stage, work: () => Promise<void>): Promise<void> {
  const { machine, pool } = stage;
  const unpause = await pause(stage);
  machine.requireReboot();
  await machine.awaitLog(/"reason":"pool-paused"/);
  await work();
  await looksAgain();
  await unpause();
  await rebootedOnce(pool, machine);
}

/** Before a request the daemon looks at the files of its credentials, if it has not done so for a second. */
function looksAgain(): Promise<void> {
  return setTimeout(1_100);
}

/** The serial number of the certificate that the claim was made with. */
function claimSerial({ machine, proxy }: Stage): string | undefined {
  return proxy.passed.find(writeFor('claim', machine.name))?.serial;
}

/** A machine whose daemon speaks to the API server itself. */
async function direct(
  cluster: ClusterAccess,
  notAfter: Date,
): Promise<{ readonly pool: Pool; readonly machine: Machine; readonly pki: Pki }> {
  const pool = await Pool.open(cluster);
  const pki = new Pki(cluster);
  const name = uniqueName('node');
  const machine = await pool.add({ name, kubeconfig: await pki.linked(undefined, name, notAfter) });
  return { pool, machine, pki };
}

async function saysExpired(machine: Machine, pki: Pki): Promise<void> {
  await machine.awaitLog(new RegExp(`the client certificate expired at ${pki.validTo}`));
  const { reason } = await statusOf(machine);
  assert.equal(reason.code, 'credentials-unusable');
  assert.match(
    reason.message,
    new RegExp(`cannot be used: .*\\(401\\); the client certificate expired at ${pki.validTo}`),
  );
  assert.match(reason.remedy, /read again as soon as it changes/);
  assert.deepEqual([machine.boots, machine.rebootsAsked], [1, 0]);
}

async function rebootedOnce(pool: Pool, machine: Machine): Promise<void> {
  await pool.rebooted(machine);
  await nothingLeft({ cluster: pool.cluster, pool, machine });
  assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  await assertLaws({ pool });
}
