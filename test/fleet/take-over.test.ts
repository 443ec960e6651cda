import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Settings } from '../../src/core/settings.ts';
import { manifest } from '../../src/kubernetes/manifest.ts';
import { at, holder, record } from '../core/lease/samples.ts';
import { ManualClock } from '../fakes/clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet, settings } from './fleet.ts';
import type { Machine } from './machine.ts';
import { advance, UnderWay } from './under-way.ts';

const timeout = 120_000;
const minute = 60_000;

describe('the claim of a machine whose Node was deleted', { timeout }, () => {
  it('is taken over after a quarter of an hour where Nodes may be read; the next node has its turn, and all are told', async () => {
    await using pool = await lostHolder({ grant: true });
    const { fleet, waits, clock } = pool;
    const since = clock.mono();
    await pool.until(({ reason }) => reason.code === 'holder-gone');
    assert.match(waits.status?.sentence ?? '', /the Node lost does not exist, and its claim is taken over from /);
    await pool.until(({ phase }) => phase !== 'queued');
    assert.ok(clock.mono() - since > 18 * minute && clock.mono() - since < 25 * minute, `${clock.mono() - since}`);
    await pool.until(({ phase }) => phase === 'idle' && waits.boots.length === 2);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    const events = fleet.server.audit
      .filter(({ verb, objectRef }) => verb === 'create' && objectRef?.resource === 'events')
      .map(({ requestObject }) => requestObject as { reason: string; message: string; involvedObject: object })
      .filter(({ reason }) => reason === 'RebootClaimTakenOver');
    assert.deepEqual(
      events.map(({ involvedObject }) => (involvedObject as { kind: string }).kind),
      ['Node', 'Lease'],
    );
    assert.match(
      events[0]?.message ?? '',
      /^waits took the claim of lost out of the Lease .*, because its Node did not exist/,
    );
  });

  it('is kept where they may not, and why names the command that allows it', async () => {
    await using pool = await lostHolder({ grant: false });
    const { fleet, waits, clock } = pool;
    await pool.until(({ reason }) => reason.code === 'holder-silent');
    const { message = '', remedy = '' } = waits.status?.reason ?? {};
    assert.match(
      message,
      /lost has written nothing for long, and whether its Node still exists cannot be told: .*refused/,
    );
    assert.match(remedy, /kured-host manifest --take-over \| kubectl apply -f -$/);
    assert.match(remedy, /`kured-host lease release lost --force`/);
    const asked = reads(fleet);
    const from = clock.mono();
    await pool.until(() => clock.mono() > from + 120 * minute);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity, 'lost');
    assert.ok(reads(fleet) - asked <= 24, 'about one question in five minutes');
  });

  it('is kept while a machine lives under its name, whatever its uid', async () => {
    await using pool = await lostHolder({ grant: true });
    const { fleet, clock } = pool;
    await fleet.admin.createNode('lost');
    const from = clock.mono();
    await pool.until(() => clock.mono() > from + 120 * minute);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity, 'lost');
    assert.ok(reads(fleet) > 10);
  });
});

it('a claim is taken over by silence alone only after as long as an admin set', { timeout }, async () => {
  const lease = { ...settings.lease, takeOverAfter: 120 * minute };
  await using pool = await lostHolder({ grant: false, settings: { ...settings, lease } });
  const from = pool.clock.mono();
  await pool.until(({ phase }) => phase !== 'queued');
  const took = pool.clock.mono() - from;
  assert.ok(took >= 119 * minute && took < 125 * minute, `${took}`);
  await pool.until(({ phase }) => phase === 'idle' && pool.waits.boots.length === 2);
});

interface LostHolder extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly clock: ManualClock;
  readonly waits: Machine;
  /** Time goes on until the machine that waits is there. */
  until(is: (status: NonNullable<Machine['status']>) => boolean): Promise<void>;
}

/** A machine that holds the Lease is gone for good, and its Node with it; another one waits for it. */
async function lostHolder(options: { readonly grant: boolean; readonly settings?: Settings }): Promise<LostHolder> {
  const clock = new ManualClock({ wall: Date.now() });
  const silent = options.settings?.lease.takeOverAfter ?? null;
  const may = options.grant || silent !== null;
  const fleet = await Fleet.open(clock, may ? { takeOver: { silent } } : {});
  if (options.grant) await grant(fleet);
  const held = record({ holders: [holder('lost', { phase: 'rebooting' })], transitions: 1 });
  const { metadata, spec } = writeRecord((await fleet.admin.lease()) as LeaseObject, held, at(0));
  await fleet.admin.patch('/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host', {
    metadata: { annotations: metadata.annotations },
    spec,
  });
  const underWay = new UnderWay();
  let added: Machine | null = null;
  const adding = fleet
    .add('waits', {
      cluster: clusterAs(fleet.server, 'waits', clock, { underWay }),
      settings: options.settings ?? settings,
    })
    .then((machine) => {
      added = machine;
      return machine;
    });
  await advance(clock, underWay, () => added !== null);
  const waits = await adding;
  waits.needReboot('need-of-waits');
  const until: LostHolder['until'] = async (is) => {
    const limit = clock.mono() + 600 * minute;
    const seen = () => (waits.status !== null && is(waits.status)) || clock.mono() > limit;
    await advance(clock, underWay, seen);
    assert.ok(clock.mono() <= limit, JSON.stringify(waits.status, null, 1));
  };
  await until(({ phase }) => phase === 'queued');
  return { fleet, clock, waits, until, [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose]() };
}

/** How often Nodes were asked for as the pool's account. */
function reads(fleet: Fleet): number {
  return fleet.server.audit.filter(
    ({ verb, objectRef, impersonatedUser }) =>
      verb === 'get' && objectRef?.resource === 'nodes' && impersonatedUser !== undefined,
  ).length;
}

/** What `manifest --take-over` adds. */
async function grant(fleet: Fleet): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1';
  for (const object of manifest({ namespace: 'kured-host', pool: null }, true)) {
    const kind = String(object['kind']).toLowerCase();
    if (kind.startsWith('cluster')) await fleet.admin.call('POST', `${path}/${kind}s`, object);
  }
}
