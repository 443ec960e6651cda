import { mapAt } from '../../fakes/api/object.ts';
import { admin } from '../../fakes/api/user.ts';
import type { Machine } from '../machine.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases';
const lease = `${leases}/kured-host`;

/** Admins act at random, with kubectl: each takes back after a while what has to be taken back. */
export function startPersons(world: World): void {
  const annotate = (path: string, annotations: Readonly<Record<string, string | null>>) => (): void =>
    ask(world, 'PATCH', path, { metadata: { annotations } });
  recurring(world, 'pause', 'pool', (name) => {
    annotate(lease, { 'kured-host/paused': 'the storage is being moved' })();
    afterwards(world, name, annotate(lease, { 'kured-host/paused': null }));
  });
  recurring(world, 'concurrency', 'pool', (name) => {
    const limit = String(1 + Math.floor(world.strikes.chance(`${name}/limit`) * 3));
    annotate(lease, { 'kured-host/concurrency': limit })();
    afterwards(world, name, annotate(lease, { 'kured-host/concurrency': null }));
  });
  recurring(world, 'lease-deleted', 'pool', (name) => {
    ask(world, 'DELETE', lease);
    afterwards(world, name, () => makeLease(world));
  });
  recurring(world, 'lease-garbled', 'pool', (name) => garble(world, name));
  for (const machine of world.machines) startOf(machine, world, annotate);
  // A state of before, restored, has brought back what was taken back since.
  world.onHeal(() => makeLease(world));
  world.onHeal(annotate(lease, { 'kured-host/paused': null, 'kured-host/concurrency': null }));
}

function startOf(
  machine: Machine,
  world: World,
  annotate: (path: string, annotations: Readonly<Record<string, string | null>>) => () => void,
): void {
  const node = `/api/v1/nodes/${machine.name}`;
  const cordon = (unschedulable: boolean) => (): void =>
    ask(world, 'PATCH', `${node}?fieldManager=kubectl`, { spec: { unschedulable: unschedulable ? true : null } });
  recurring(world, 'release', machine.name, annotate(lease, { 'kured-host/release': machine.name }));
  recurring(world, 'force-release', machine.name, annotate(lease, { 'kured-host/force-release': machine.name }));
  recurring(world, 'cordon', machine.name, (name) => {
    cordon(true)();
    afterwards(world, name, cordon(false));
  });
  recurring(world, 'uncordon', machine.name, cordon(false));
  recurring(world, 'hold', machine.name, (name) => {
    annotate(node, { 'kured-host/hold': 'the disk is being looked at' })();
    afterwards(world, name, annotate(node, { 'kured-host/hold': null }));
  });
  recurring(world, 'node-deleted', machine.name, () => ask(world, 'DELETE', node));
  // A state of before, restored, has brought back what was taken back since.
  world.onHeal(annotate(node, { 'kured-host/hold': null }));
  world.onHeal(() => {
    if (isCordonedByPerson(world, machine.name)) cordon(false)();
  });
}

function isCordonedByPerson({ cluster }: World, name: string): boolean {
  const fields = cluster.store.get('nodes', '', name)?.metadata.managedFields ?? [];
  return fields.some(
    ({ manager, fieldsV1 }) => manager === 'kubectl' && 'f:unschedulable' in mapAt(fieldsV1, 'f:spec'),
  );
}

/** Takes it back after a while, or as soon as the API server answers again: no person forgets a pause for that. */
export function afterwards(world: World, name: string, undo: () => void): void {
  let undone = false;
  const once = (): void => {
    if (undone) return;
    if (!world.network.serving) return void world.time.timer(minute, once);
    undone = true;
    undo();
  };
  world.onHeal(once);
  world.time.timer(lasting(world, name, 1_000, 15 * minute), once);
}

/** Applies the manifest: what is there stays as it is. */
function makeLease(world: World): void {
  const { store } = world.cluster;
  if (store.get('leases.coordination.k8s.io', 'kured-host', 'kured-host') !== undefined) return;
  ask(world, 'POST', leases, { metadata: { name: 'kured-host', namespace: 'kured-host' } });
}

interface LeaseParts {
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly holderIdentity?: string | null;
}

/**
 * A slip of the hand in the record: in the holders, in the queue, or in all that tells of holders. It is put right again with what
 * stood there, unless somebody else has done that meanwhile.
 */
function garble(world: World, name: string): void {
  const { store } = world.cluster;
  const stands = () => store.get('leases.coordination.k8s.io', 'kured-host', 'kured-host');
  const before = stands();
  if (before === undefined) return;
  const kind = world.strikes.chance(`${name}/kind`);
  const annotation = kind < 0.6 ? 'kured-host/holders' : 'kured-host/queue';
  const text = before.metadata.annotations?.[annotation];
  const identity = before.spec?.holderIdentity;
  const write = ({ annotations, ...spec }: LeaseParts): void =>
    ask(world, 'PATCH', lease, { metadata: { annotations }, spec });
  const wiped = kind < 0.3 ? { holderIdentity: null } : {};
  const garbled = `${text ?? ''}]`;
  write({ annotations: { [annotation]: garbled }, ...wiped });
  const putRight = (): void => {
    if (stands()?.metadata.annotations?.[annotation] !== garbled) return;
    const was = typeof identity === 'string' && kind < 0.3 ? { holderIdentity: identity } : {};
    write({ annotations: { [annotation]: text ?? null }, ...was });
  };
  afterwards(world, name, putRight);
  // A state of meanwhile, restored, has brought the slip back.
  world.onHeal(putRight);
}

/** What is not there cannot be changed: then nothing happens, as with kubectl. */
function ask(world: World, method: string, path: string, body?: unknown): void {
  if (!world.network.serving) return;
  world.timeline.note('an admin', `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`);
  world.cluster.ask(admin, method, path, body);
}
