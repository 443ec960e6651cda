import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outboxIn } from '../../src/notify/outbox.ts';

const message = { id: '1', moment: 'back', node: 'a', why: '', at: '2026-01-05T08:00:00Z', text: 'a is back' } as const;
const good = { target: 'k', message };

function read(kept: unknown) {
  return outboxIn({ read: async () => kept, keep: async () => null }).read();
}

test('what was kept is read back', async () => {
  const outbox = { unsent: [good], told: ['back 1'] };
  assert.deepEqual(await read(JSON.parse(JSON.stringify(outbox))), outbox);
});

test('where nothing was kept there is nothing', async () => {
  for (const kept of [null, undefined, [], 'x', 5]) assert.equal(await read(kept), null);
});

test('what has another shape is left out, and the rest stays', async () => {
  const bad = [null, 5, {}, { target: 1, message }, { target: 'k', message: { ...message, moment: 'lunch' } }];
  assert.deepEqual(await read({ unsent: [...bad, good], told: [1, 'x'] }), { unsent: [good], told: ['x'] });
  assert.deepEqual(await read({ unsent: 'x' }), { unsent: [], told: [] });
});
