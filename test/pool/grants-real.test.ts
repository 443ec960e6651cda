import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { type ClusterAccess, minorOf } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { historyOf } from '../observer/from-audit.ts';
import { breaches } from '../observer/moments.ts';
import { drainThatWaits } from './drains.ts';
import { type Grant, given, grantsOf, takeNamespace, takeObject, takeVerbs } from './grants.ts';
import type { NodeLike } from './node-like.ts';
import { canRunBundle, command, Pool } from './pool.ts';
import { type Preflight, preflight, runRemedy } from './preflight.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** A way to lose what the manifest grants, and the lines of preflight that name it, as they begin. */
interface Loss {
  readonly of: string;
  readonly take: (pool: Pool) => Promise<void>;
  readonly named: readonly RegExp[];
  /** The rule that is named as missing; absent where none is. */
  readonly rule?: RegExp;
  /**
   * Before the machine boots. From 1.36 the API server remembers an impersonation that it allowed for ten seconds (apiserver
   * endpoints/filters/impersonation/cache.go); and who saw a Lease come back as another one claims nothing for 15 minutes.
   */
  readonly early?: true;
}

const legacy = 'impersonate';
const impersonation = [/^act as system:serviceaccount:/];
const onLease = (verb: string): string => `impersonate-on:serviceaccount:${verb}`;
const verbRule = (verb: string): RegExp => new RegExp(`verbs: \\["${verb}"\\]`);

/** Each verb of the ServiceAccount, and what it is for. */
const accountVerbs = { get: /^read the Lease/, watch: /^watch the Lease/, update: /^write the Lease/ } as const;

const losses: readonly Loss[] = [
  ...Object.entries(accountVerbs).map(([verb, named]) => ({
    of: `the verb ${verb} of the ServiceAccount`,
    take: (pool: Pool) => takeVerbs(pool, 'account', [verb]),
    named: [named],
    rule: verbRule(verb),
  })),
  ...(['roles', 'rolebindings'] as const).map((kind) => ({
    of: `the ServiceAccount's ${kind.slice(0, -1)}`,
    take: (pool: Pool) => takeObject(pool, 'account', kind),
    named: [accountVerbs.get, accountVerbs.watch],
    rule: /verbs: \["(get|watch)"\]/,
  })),
  ...(['roles', 'rolebindings'] as const).map((kind) => ({
    of: `the nodes' ${kind.slice(0, -1)}`,
    take: (pool: Pool) => takeObject(pool, 'nodes', kind),
    named: impersonation,
    rule: verbRule(legacy),
    early: true as const,
  })),
  {
    of: 'the legacy impersonation, where the constrained rules are not there either',
    take: (pool) => takeVerbs(pool, 'nodes', [legacy, ...constrained]),
    named: impersonation,
    rule: verbRule(legacy),
    early: true,
  },
];

/** Each verb of constrained impersonation, and what it is for where there is no other. */
const constrainedVerbs: Readonly<Record<string, RegExp>> = {
  'impersonate:serviceaccount': /^act as system:serviceaccount:/,
  [onLease('get')]: accountVerbs.get,
  [onLease('watch')]: accountVerbs.watch,
  [onLease('update')]: accountVerbs.update,
};
const constrained = Object.keys(constrainedVerbs);

describe('a grant of the manifest that is not there', { skip, timeout: 280_000, concurrency: 4 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  let minor = 0;
  before(async () => {
    cluster = await sharedControlPlane();
    minor = await minorOf(cluster);
  });
  after(() => cluster[Symbol.asyncDispose]());

  // First, as it takes longest: a Lease that is not there is looked for once a minute.
  it('the Lease: preflight names it, the daemon waits for it, and goes on when it is there', async () => {
    await using pool = await Pool.open(cluster);
    const take = (): Promise<void> => cluster.admin.delete(pool.leasePath);
    await lost(pool, { of: 'the Lease', take, named: [accountVerbs.get], early: true });
  });

  it('the whole namespace: the same', async () => {
    await using pool = await Pool.open(cluster);
    await lost(pool, {
      of: 'the namespace',
      take: takeNamespace,
      named: impersonation,
      rule: verbRule(legacy),
      early: true,
    });
  });

  it('is one of those named here: nothing else is granted', async () => {
    await using pool = await Pool.open(cluster);
    const granted = (await grantsOf(pool)).map(({ of, verb }) => `${of} ${verb}`);
    const account = Object.keys(accountVerbs).map((verb) => `account ${verb}`);
    assert.deepEqual(granted, [...account, ...[legacy, ...constrained].map((verb) => `nodes ${verb}`)]);
  });

  for (const loss of losses) {
    it(`${loss.of}: preflight names it, the daemon waits for it, and the printed command brings it back`, async () => {
      await using pool = await Pool.open(cluster);
      await lost(pool, loss);
    });
  }

  for (const [verb, named] of Object.entries(constrainedVerbs)) {
    it(`${verb}, where there is no other impersonation: the same`, async (t) => {
      if (minor < 36) return t.skip('constrained impersonation begins with Kubernetes 1.36');
      await using pool = await Pool.open(cluster);
      await takeVerbs(pool, 'nodes', [legacy]);
      const take = (): Promise<void> => takeVerbs(pool, 'nodes', [verb]);
      await lost(pool, { of: verb, take, named: [named], rule: verbRule(verb), early: true });
    });
  }

  it('lost in the middle of a drain: no reboot without the fence, and on it goes when it is given back', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    const open = await drainThatWaits(cluster, machine);
    machine.requireReboot();
    await machine.awaitLog(/"phase":"draining"/);
    const grants = await grantsOf(pool);
    await takeVerbs(pool, 'account', ['update']);
    await open();
    await machine.awaitLog(/refused to write the Lease/);
    assert.match((await machine.run([...command, 'why'])).stdout, /^draining: .*refused to write the Lease/);
    await givenBack(pool, machine, grants);
  });

  it('lost while the machine reboots: it stays cordoned and held, and is released when it is given back', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ onRebootAsked: () => 'nothing' });
    await machine.kubelet?.awaitReported(true);
    machine.requireReboot();
    await machine.awaitRebootAsked(1);
    const grants = await grantsOf(pool);
    await takeObject(pool, 'account', 'rolebindings');
    await machine.reboot();
    await machine.awaitLog(/refused to read the Lease/);
    assert.match((await machine.run([...command, 'why'])).stdout, /refused to read the Lease/);
    const node = await cluster.admin.get<NodeLike>(`/api/v1/nodes/${machine.name}`);
    assert.equal(node.spec?.unschedulable, true);
    await givenBack(pool, machine, grants);
  });

  it('one of the two impersonations, or the ServiceAccount itself: nothing is missing, and nodes are rebooted', async (t) => {
    const harmless: readonly (readonly [string, (pool: Pool) => Promise<void>])[] = [
      ['the ServiceAccount', (pool) => cluster.admin.delete(accountPath(pool))],
      ['all constrained rules', (pool) => takeVerbs(pool, 'nodes', constrained)],
      ...constrained.map((verb) => [verb, (pool: Pool) => takeVerbs(pool, 'nodes', [verb])] as const),
      ...(minor < 36 ? [] : [['the legacy rule', (pool: Pool) => takeVerbs(pool, 'nodes', [legacy])] as const]),
    ];
    for (const [what, take] of harmless) {
      await t.test(`without ${what}`, async () => {
        await using pool = await Pool.open(cluster);
        await take(pool);
        const machine = await pool.add();
        await machine.kubelet?.awaitReported(true);
        const { code, text } = await preflight(machine);
        assert.equal(code, 0, text);
        machine.requireReboot();
        await pool.rebooted(machine);
      });
    }
  });
});

async function lost(pool: Pool, loss: Loss): Promise<void> {
  const grants = await grantsOf(pool);
  if (loss.early === true) await loss.take(pool);
  const machine = await pool.add();
  await machine.kubelet?.awaitReported(true);
  if (loss.early !== true) await loss.take(pool);
  const told = await preflight(machine);
  assert.equal(told.code, 77, told.text);
  assert.equal(told.missing.length, loss.named.length, told.text);
  told.missing.forEach((line, at) => {
    assert.match(line.what, loss.named[at] ?? /^$/);
    if (loss.rule !== undefined) assert.match(line.why, loss.rule);
  });
  machine.requireReboot();
  await waitsWithTheSameWords(machine, told);
  const [{ remedy = '' } = {}] = told.missing;
  const { code, text } = await runRemedy(pool.cluster, remedy);
  assert.equal(code, 0, `${remedy}: ${text}`);
  await given(pool, grants);
  await pool.rebooted(machine);
  const again = await preflight(machine);
  assert.equal(again.code, 0, again.text);
  assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
}

/** The manifest is applied again; after that the machine ends restored, and was rebooted once. */
async function givenBack(pool: Pool, machine: Machine, grants: readonly Grant[]): Promise<void> {
  assert.equal((await pool.lease).spec?.holderIdentity, machine.name);
  await pool.applyManifest();
  await given(pool, grants);
  await pool.rebooted(machine);
  assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  const history = await historyOf(pool);
  assert.deepEqual(breaches(history, 1, pool), []);
}

/** The API server's sentence about a request that it refused, or that nothing is there, stands in both. */
async function waitsWithTheSameWords(machine: Machine, told: Preflight): Promise<void> {
  const words = told.missing.map(({ why }) => why.replace(/; missing: .*$/, ''));
  const inJson = words.map((one) => RegExp.escape(JSON.stringify(one).slice(1, -1)));
  await machine.awaitLog(new RegExp(inJson.join('|')));
  const { stdout } = await machine.run([...command, 'why']);
  assert.ok(
    words.some((one) => stdout.includes(one)),
    `${stdout}\n${words.join('\n')}`,
  );
  assert.equal(machine.rebootsAsked, 0);
}

function accountPath({ namespace, name }: Pool): string {
  return `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
}
