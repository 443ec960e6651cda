import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import type { Case } from './case.ts';
import { eventCases } from './cases/events.ts';
import { evictCases } from './cases/evict.ts';
import { identityCases } from './cases/identity.ts';
import { leaseCases } from './cases/lease.ts';
import { leaseObjectCases } from './cases/lease-object.ts';
import { ownNodeCases } from './cases/own-node.ts';
import { ownNodePatchCases } from './cases/own-node-patch.ts';
import { ownNodeStatusCases } from './cases/own-node-status.ts';
import { podCases } from './cases/pods.ts';
import { restartCases } from './cases/restart.ts';
import { watchCases } from './cases/watch.ts';
import { runCase } from './run-case.ts';
import type { CaseNames, StoppableTarget, Target } from './target.ts';

const all: readonly Case[] = [
  ...identityCases,
  ...ownNodeCases,
  ...ownNodeStatusCases,
  ...ownNodePatchCases,
  ...leaseCases,
  ...leaseObjectCases,
  ...watchCases,
  ...podCases,
  ...evictCases,
  ...eventCases,
];

/** One test for each case that holds for the target's version. */
export function contractTests(minor: number, target: () => Target): void {
  for (const each of all.filter(({ since = 0 }) => minor >= since))
    it(each.name, () => runCase(target(), each, freshNames()));
}

/** One test for each case that stops the server. They go one after the other. */
export function restartTests(target: () => StoppableTarget): void {
  for (const each of restartCases) it(each.name, () => runCase(target(), each, freshNames()));
}

function freshNames(): CaseNames {
  const id = randomBytes(4).toString('hex');
  return { ns: `contract-${id}`, node: `node-${id}`, other: `other-${id}`, user: `user-${id}` };
}
