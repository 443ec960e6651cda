import { existsSync } from 'node:fs';
import type { KubernetesObject } from '../cluster/rest.ts';
import type { Guest } from './guest.ts';
import type { GuestPool } from './guest-pool.ts';

interface Node extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly nodeInfo?: { readonly bootID?: string } };
}

/** What is still to happen until every guest has been booted since, has no need, and its Node and the Lease know nothing of us. */
export async function notMet(
  { cluster, pool }: GuestPool,
  guests: readonly Guest[],
  boots: readonly number[],
): Promise<readonly string[]> {
  const { admin } = cluster;
  const nodes = await Promise.all(guests.map(({ name }) => admin.get<Node>(`/api/v1/nodes/${name}`)));
  const guestsLeft = guests.flatMap((guest, at) => hostLeft(guest, boots[at] ?? 0, nodes[at]));
  const nodesLeft = nodes.flatMap((node, at) => nodeLeft(node, guests[at]?.bootId));
  const { annotations = {} } = (await admin.get(pool.leasePath)).metadata;
  const leaseLeft = ['holders', 'queue'].filter((name) => annotations[`kured-host/${name}`] !== undefined);
  return [
    ...guestsLeft,
    ...nodesLeft,
    ...leaseLeft.map((name) => `the Lease has ${name}: ${annotations[`kured-host/${name}`]}`),
  ];
}

function hostLeft(guest: Guest, boots: number, node: Node | undefined): readonly string[] {
  if (!guest.up || guest.started === '') return [`${guest.name} is not up (${guest.events.at(-1)})`];
  const says = node?.metadata.annotations?.['kured-host/status'];
  if (guest.boots <= boots) return [`${guest.name} (${guest.suite}) is still in boot ${boots} and says: ${says}`];
  return existsSync(guest.path('/run/reboot-required')) ? [`${guest.name} needs a reboot and says: ${says}`] : [];
}

function nodeLeft({ metadata, spec, status }: Node, bootId: string | undefined): readonly string[] {
  const { name, annotations = {} } = metadata;
  if (annotations['kured-host/claim'] !== undefined) return [`${name} is marked: ${annotations['kured-host/status']}`];
  if (spec?.unschedulable === true) return [`${name} is cordoned: ${annotations['kured-host/status']}`];
  return status?.nodeInfo?.bootID === bootId ? [] : [`${name} has not reported boot ${bootId}`];
}
