import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { type Machine, rebootCommand } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle, command, Pool } from './pool.ts';
import { assertLaws, awaitLogAfter, logMark, nothingLeft, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** Each asks once for every run, as the counting of the test wants it; then what becomes of the command. */
const commands = [
  { name: 'exits 0 and does nothing', ends: 'exit 0', why: /it was accepted and nothing happened/ },
  { name: 'exits 1', ends: 'echo "no reboot today" >&2; exit 1', why: /it ended with exit code 1: no reboot today/ },
  { name: 'never returns', ends: 'exec sleep 1000', why: /it did not end within 1 s/ },
] as const;

describe('a reboot command that reboots nothing', { skip, timeout: 240_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const { name, ends, why } of commands) {
    it(`that ${name}: tried again within limits, then stuck with the reason everywhere; retry leads out`, async () => {
      await using pool = await Pool.open(cluster);
      let works = false;
      const onRebootAsked = () => (works ? 'reboot' : 'nothing') as 'reboot' | 'nothing';
      const machine = await pool.add({ name: uniqueName('node'), onRebootAsked, attempts: 2, deadline: '1s' });
      onAsked(machine, ends);
      await machine.kubelet?.awaitReported(true);
      machine.requireReboot();
      await machine.awaitLog(/"event":"reboot-refused"/);
      await machine.awaitLog(/"event":"stuck"/);
      await saysEverywhere(pool, machine, why);
      assert.deepEqual([machine.boots, machine.rebootsAsked], [1, 2]);

      await machine.killService();
      const mark = logMark(machine);
      await machine.startService();
      await awaitLogAfter(machine, mark, /"event":"stuck"/);
      await saysEverywhere(pool, machine, /asked for 2 time/);
      assert.deepEqual([machine.boots, machine.rebootsAsked], [1, 2]);

      works = true;
      onAsked(machine, 'exit 0');
      const retried = await machine.run([...command, 'retry']);
      assert.equal(retried.code, 0, retried.stderr);
      await pool.rebooted(machine);
      await nothingLeft({ cluster, pool, machine });
      // Where the machine takes longer than the second of the deadline to go down, it is asked once more, as the limit allows.
      assert.equal(machine.boots, 2);
      assert.ok([3, 4].includes(machine.rebootsAsked), `asked ${machine.rebootsAsked} times`);
      await assertLaws({ pool });
      assert.equal((await statusOf(machine)).stuck, null);
    });
  }
});

function onAsked(machine: Machine, ends: string): void {
  const script = machine.folders.hostPath(rebootCommand);
  writeFileSync(script, `#!/bin/sh\necho asked >>/run/test-machine/reboot-asked\n${ends}\n`);
  chmodSync(script, 0o755);
}

interface ToldNode extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

/** Lease entry, Node annotation and condition, status, why, log and metrics tell the same; the Node stays cordoned, the Lease held. */
async function saysEverywhere(pool: Pool, machine: Machine, why: RegExp): Promise<void> {
  const { admin } = pool.cluster;
  const needsPerson = /needs a person/;
  const isStuck = (lease: LeaseObject | undefined): boolean => stuckOf(lease, machine.name) !== undefined;
  const lease = await admin.until<LeaseObject & KubernetesObject>(
    pool.leasePath,
    'the entry to say it',
    isStuck,
    30_000,
  );
  assert.match(stuckOf(lease, machine.name) ?? '', why);
  const node = await admin.until<ToldNode>(
    `/api/v1/nodes/${machine.name}`,
    'the Node to say it',
    (now) => needsPerson.test(now?.metadata.annotations?.['kured-host/status'] ?? ''),
    30_000,
  );
  const condition = node?.status?.conditions?.find(({ type }) => type === 'RebootRequired');
  assert.equal(condition?.status, 'True');
  const status = await statusOf(machine);
  assert.match(status.stuck?.message ?? '', why);
  assert.match(status.stuck?.remedy ?? '', /kured-host retry/);
  const { stdout } = await machine.run([...command, 'why']);
  for (const told of [node?.metadata.annotations?.['kured-host/status'], condition?.message, status.sentence, stdout]) {
    assert.match(told ?? '', needsPerson);
    assert.match(told ?? '', why);
  }
  assert.match(machine.log(), new RegExp(`"event":"stuck".*${why.source}`));
  assert.match(await metricsOf(machine), /^kured_host_stuck 1$/m);
  assert.equal(node?.spec?.unschedulable, true);
}

function stuckOf(lease: LeaseObject | undefined, name: string): string | undefined {
  if (lease === undefined) return undefined;
  const reading = readRecord(lease);
  assert.ok(reading.readable);
  const slot = reading.record.holders.find((one) => one.readable && one.entry.node === name);
  return slot?.readable === true ? slot.entry.stuck : undefined;
}

function metricsOf(machine: Machine): Promise<string> {
  const socketPath = machine.folders.hostPath('/run/kured-host/status.sock');
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/metrics' }, (answer) => resolve(text(answer)))
      .on('error', reject)
      .end();
  });
}
