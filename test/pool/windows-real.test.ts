import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { realClock } from '../fakes/clock.ts';
import { canRunBundle, command, Pool } from './pool.ts';
import { podThatStays } from './stage.ts';

const file = '/etc/kured-host/config.yaml';
const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('a maintenance window on a real cluster', { skip, timeout: 180_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('that closes in the middle of a drain gives everything back, says why, and no reboot comes', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ settings: window(-3600, 7200) });
    const letGo = await podThatStays({ cluster, machine });
    machine.requireReboot();
    await machine.awaitLog(/"pod-evicted"/);
    const config = readFileSync(machine.folders.hostPath(file), 'utf8');
    reload(machine, config.replace(/^maintenance: .*$/m, window(-3600, 3)));
    await machine.awaitLog(/"restored"/);
    await letGo();
    const { phase, sentence } = JSON.parse((await machine.run([...command, 'status', '--json'])).stdout);
    assert.equal(phase, 'waiting');
    assert.match(sentence, /outside the maintenance windows; the next one opens .* UTC/);
    const node = `/api/v1/nodes/${machine.name}`;
    await cluster.admin.until(node, 'the condition to say why', isTold, 60_000);
    assert.equal((await cluster.admin.get<NodeLike>(node)).spec?.unschedulable ?? false, false);
    assert.equal((await pool.lease).spec?.holderIdentity ?? '', '');
    assert.equal(machine.rebootsAsked, 0);
  });

  it('that opens is noticed at its edge, and the node has its reboot', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ settings: window(7200, 10_800) });
    machine.requireReboot();
    await machine.awaitLog(/outside the maintenance windows/);
    const config = readFileSync(machine.folders.hostPath(file), 'utf8');
    reload(machine, config.replace(/^maintenance: .*$/m, window(3, 7200)));
    await pool.rebooted(machine);
    assert.equal(machine.rebootsAsked, 1);
  });
});

type NodeLike = KubernetesObject & {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly message: string }[] };
};

function isTold(node: NodeLike | null | undefined): boolean {
  const required = node?.status?.conditions?.find(({ type }) => type === 'RebootRequired');
  return required?.message.includes('outside the maintenance windows') === true;
}

/** The configuration of one window, from and to in seconds from now. */
function window(from: number, to: number): string {
  const [start, end] = [from, to].map((seconds) =>
    new Date(realClock().now().wall + seconds * 1000).toISOString().slice(11, 19),
  );
  return `maintenance: {windows: [{start: "${start}", end: "${end}"}]}`;
}

function reload(machine: Machine, config: string): void {
  writeFileSync(machine.folders.hostPath(file), config);
  machine.service?.kill('SIGHUP');
}
