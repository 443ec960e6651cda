import type { Mutant } from '../mutant.ts';

const store = 'src/kubernetes/lease-store.ts';
const outcome = 'src/kubernetes/outcome.ts';
const want = 'src/core/phases/want.ts';
const seen = 'src/core/phases/observe-lease.ts';

/** What a write is based on, and what is known of one without an answer. */
export const writeMutants: readonly Mutant[] = [
  {
    name: 'the Lease is written without its resourceVersion',
    undoes: 'every write is a compare-and-swap',
    cuts: [
      {
        file: store,
        takes: "body: { ...object, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },",
        puts: "body: { ...object, metadata: { ...lease, resourceVersion: undefined }, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },",
      },
    ],
  },
  {
    name: 'the Lease is written without its uid',
    undoes: 'a write never makes a deleted Lease anew',
    cuts: [
      {
        file: store,
        takes: "body: { ...object, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },",
        puts: "body: { ...object, metadata: { ...lease, uid: undefined }, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },",
      },
    ],
  },
  {
    name: 'the Node is changed without its resourceVersion',
    undoes: 'a late cordon or uncordon finds another resourceVersion',
    cuts: [
      {
        file: 'src/kubernetes/node.ts',
        takes: 'metadata: { uid, resourceVersion, annotations,',
        puts: 'metadata: { uid, resourceVersion: resourceVersion === uid ? uid : undefined, annotations,',
      },
    ],
  },
  {
    name: 'a lost race is tried again on the version that came with the refusal: without reading',
    undoes: 'after a conflict the Lease is read again and decided anew',
    cuts: [
      {
        file: seen,
        takes: 'lease: { ...settled, conflicts, current: false, notBefore:',
        puts: 'lease: { ...settled, conflicts, current: true, notBefore:',
      },
    ],
  },
  {
    name: 'a timeout is taken for "not done"',
    undoes: 'a request without an answer may take effect',
    cuts: [
      {
        file: outcome,
        takes: "reply.sent === 'no' ? 'refused' : 'unknown'",
        puts: "reply.sent !== 'no' || reply.sent ? 'refused' : 'unknown'",
      },
    ],
  },
  {
    name: 'a 500 is taken for "not done"',
    undoes: 'a request without an answer may take effect',
    cuts: [{ file: outcome, takes: '415, 422, 429];', puts: '415, 422, 429, 500, 503, 504];' }],
  },
  {
    name: "a proxy's 404 is taken for an object that is gone",
    undoes: 'a Lease that is gone holds nobody: only the registry says so',
    cuts: [
      {
        file: outcome,
        takes: "return problem.status === 404 && problem.reason === 'NotFound' && problem.name === name;",
        puts: "return problem.status === 404 && name !== '';",
      },
    ],
  },
  {
    name: 'a write of the Lease without an answer is forgotten',
    undoes: 'nothing else happens before an unknown outcome is settled',
    cuts: [
      {
        file: seen,
        takes: 'doubt: base, unmoved: false, current: false },',
        puts: 'doubt: null, unmoved: base === null, current: false },',
      },
    ],
  },
  {
    name: 'a write of the Lease without an answer is read after, and not settled by another write',
    undoes: 'nothing else happens before the resourceVersion has moved',
    cuts: [
      {
        file: seen,
        takes: 'doubt: doubtful ? lease.doubt : null,',
        puts: 'doubt: doubtful ? null : null,',
      },
    ],
  },
  {
    name: 'a PATCH of the Node without an answer is forgotten',
    undoes: 'nothing else happens before an unknown outcome is settled',
    cuts: [
      {
        file: 'src/core/phases/observe-node.ts',
        takes: 'return { ...nodeFailed(node, result.reason, now), doubt: base, unmoved: false };',
        puts: 'return { ...nodeFailed(node, result.reason, now), unmoved: base === null };',
      },
    ],
  },
  {
    name: 'a write without an answer is settled by one that changes nothing',
    undoes: 'a write that changes nothing moves no resourceVersion',
    cuts: [
      {
        file: 'src/core/lease/format.ts',
        takes: 'return withAnnotations(base, { [annotation.write]: now.chance });',
        puts: 'return withAnnotations(base, now.chance === null ? { [annotation.write]: now.chance } : {});',
      },
    ],
  },
  {
    name: 'a read out of a cache is the base of a write',
    undoes: 'a write is based on a consistent read, the own last write, or a watch that runs',
    cuts: [
      {
        file: seen,
        takes: 'lease: { ...answered(lease), seen, current: false } }, unbroken, now);',
        puts: 'lease: { ...answered(lease), seen, current: true } }, unbroken, now);',
      },
    ],
  },
  {
    name: 'what was known before a watch broke is the base of a write',
    undoes: 'a write is never based on anything older than a broken watch',
    cuts: [
      {
        file: seen,
        takes: "lease: { ...lease, watch: 'broken', current: false, problem: told.reason },",
        puts: "lease: { ...lease, watch: 'broken', problem: told.reason },",
      },
    ],
  },
  {
    name: 'an older state that a watch delivers late is believed',
    undoes: 'within one object the resourceVersion grows',
    cuts: [
      {
        file: seen,
        takes: '      if (isOlder(told.object, lease.seen)) return facts;\n',
        puts: '',
      },
    ],
  },
  {
    name: 'a Lease that cannot be read is written',
    undoes: 'unreadable is held, and never written',
    cuts: [
      {
        file: want,
        takes: "  if (!lease.seen.reading.readable) return { is: 'not', because: 'unreadable' };\n",
        puts: "  if (!lease.seen.reading.readable) return { is: 'doing', effects: [write(settleWrite(lease.seen.object, now), 'settle')], wakeAt: null, waits };\n",
      },
    ],
  },
  {
    name: 'the same write is begun twice',
    undoes: 'never more than one write of the Lease is under way',
    cuts: [
      {
        file: want,
        takes: "  if (facts.busy.lease) return { is: 'doing', effects: [], wakeAt: null, waits };\n",
        puts: '',
      },
    ],
  },
];
