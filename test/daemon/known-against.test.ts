import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from '../../src/core/status.ts';
import { knownAgainst } from '../../src/daemon/known-against.ts';

/** What of a status counts. */
function status(change: { readonly code?: string; readonly paused?: string }): Status {
  const reasons = change.code === undefined ? [] : [{ code: change.code, message: '', remedy: '' }];
  return { permission: { answer: 'refused', reasons }, lease: { paused: change.paused ?? null } } as unknown as Status;
}

const cases: readonly (readonly [string, 'reboot' | 'observe', Status | null, 'allowed' | 'refused'])[] = [
  ['nothing before anything was seen', 'reboot', null, 'allowed'],
  ['nothing in what the sources say themselves', 'reboot', status({ code: 'users-logged-in' }), 'allowed'],
  ["a person's hold", 'reboot', status({ code: 'held' }), 'refused'],
  ['a paused pool, with a reason or without', 'reboot', status({ paused: '' }), 'refused'],
  ['that this node only observes', 'observe', null, 'refused'],
];
for (const [what, mode, seen, is] of cases) {
  test(`known to be against a reboot: ${what}`, () => assert.equal(knownAgainst({ mode }, seen).is, is));
}
