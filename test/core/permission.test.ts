import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPermissions, type Permission } from '../../src/core/permission.ts';
import { reason } from '../../src/core/reasons.ts';

const allowed: Permission = { is: 'allowed' };
const refused: Permission = { is: 'refused', reasons: [reason('blocked', { source: 'a window', why: 'closed' })] };
const unknown: Permission = {
  is: 'unknown',
  reasons: [reason('permission-unknown', { source: 'alerts', why: 'down' })],
};

test('one refusal refuses, one that is unknown is never allowed, and every reason is kept', () => {
  assert.deepEqual(allPermissions([]), allowed);
  assert.deepEqual(allPermissions([allowed, allowed]), allowed);
  const both = { is: 'refused', reasons: [...refused.reasons, ...unknown.reasons] };
  assert.deepEqual(allPermissions([allowed, refused, unknown]), both);
  assert.deepEqual(allPermissions([unknown, allowed]), unknown);
});

test('it passes by itself only where everything against it does', () => {
  const lock: Permission = { ...refused, passing: true };
  const silence: Permission = { ...unknown, passing: true };
  assert.deepEqual(allPermissions([allowed, lock]), lock);
  assert.equal(passing(allPermissions([lock, silence])), true);
  for (const lasting of [refused, unknown]) assert.equal(passing(allPermissions([lock, lasting])), false);
});

function passing(permission: Permission): boolean {
  return permission.is !== 'allowed' && permission.passing === true;
}
