import { annotation, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { askRelease, forceRelease, pause, resume } from '../../../src/core/lease/release.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import type { Row } from '../language.ts';
import type { World } from '../world/world.ts';

/** What persons do to the Lease and the Node, with kubectl or kured-host. */
export const personRows: readonly Row[] = [
  ['kubectl cordon n1', ({ api }) => api.cordonByHand(true)],
  ['kubectl uncordon n1', ({ api }) => api.cordonByHand(false)],
  ["somebody takes the node's mark off", ({ api }) => api.takeMarkByHand()],
  ['kured-host hold: <why>', ({ api }, of) => api.annotateNode(holdAnnotation, of('why'))],
  ['kured-host unhold', ({ api }) => api.annotateNode(holdAnnotation, null)],
  ['kured-host request: <why>', ({ api }, of) => api.annotateNode(requestAnnotation, of('why'))],
  ['kured-host cancel', ({ api }) => api.annotateNode(requestAnnotation, null)],
  ['kured-host pause: <why>', (world, of) => edit(world, (record) => pause(record, of('why')))],
  ['kured-host resume', (world) => edit(world, resume)],
  [
    'kured-host lease release <node>, by force',
    (world, of) => edit(world, (record) => granted(forceRelease(record, of('node')))),
  ],
  ['kured-host lease release <node>', (world, of) => edit(world, (record) => granted(askRelease(record, of('node'))))],
  [
    'kubectl annotates the Lease: <name>=<value>',
    ({ api }, of) => api.annotateLease(`kured-host/${of('name')}`, of('value')),
  ],
  ['kubectl annotates the Lease: <name>-', ({ api }, of) => api.annotateLease(`kured-host/${of('name')}`, null)],
  ['somebody breaks the Lease', ({ api }) => api.annotateLease(annotation.format, '99')],
  ['somebody mends the Lease', ({ api }) => api.annotateLease(annotation.format, null)],
  ['somebody deletes the Lease', ({ api }) => api.deleteLease()],
  ['somebody creates the Lease anew', ({ api }) => api.createLease()],
];

/** Another one's write of the record, at once. */
export function edit(world: World, change: (record: LeaseRecord) => LeaseRecord): void {
  const { api } = world;
  const record = api.readable();
  if (api.lease !== null) api.writeLease(writeRecord(api.lease, change(record), world.now()));
}

function granted(ruling: ReturnType<typeof askRelease>): LeaseRecord {
  if (!ruling.granted) throw new Error(`that is refused: ${ruling.because}`);
  return ruling.record;
}
