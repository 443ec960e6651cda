import assert from 'node:assert/strict';
import type { Admin } from './admin.ts';

/** What people see on a Node of the need for a reboot; the annotation says the same as the condition, or it is no answer. */
export async function conditionOn(
  admin: Admin,
  name: string,
): Promise<{ readonly status: string; readonly reason: string; readonly message: string }> {
  const { metadata, status } = await admin.node(name);
  const found = status?.conditions?.find(({ type }) => type === 'RebootRequired');
  assert.ok(found !== undefined, `the Node ${name} has the condition RebootRequired`);
  const { reason = '', message = '' } = found;
  assert.equal(metadata.annotations?.['kured-host/status'], message);
  return { status: found.status, reason, message };
}
