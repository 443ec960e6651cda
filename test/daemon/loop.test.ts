import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyMemory } from '../../src/core/memory.ts';
import { decisionSettings } from '../../src/core/phases/decision-settings.ts';
import { startState } from '../../src/core/phases/start.ts';
import { openInbox } from '../../src/daemon/inbox.ts';
import { runLoop } from '../../src/daemon/loop.ts';
import { ManualClock } from '../fakes/clock.ts';
import { settings } from '../fleet/fleet.ts';

test('what was decided is noted before its effects begin, and shown to people after them', async () => {
  const clock = new ManualClock();
  const inbox = openInbox();
  const me = { node: 'n1', uid: '', machine: 'm', boot: { id: 'b', soft: null }, by: 'p' };
  const order: string[] = [];
  inbox.put({ on: 'stop', meaning: 'restart' });
  await runLoop(startState(me, decisionSettings(settings), emptyMemory, clock.now()), {
    clock,
    inbox,
    beat: null,
    away: () => assert.fail('nobody was away'),
    decided: ({ phase }) => void order.push(`noted ${phase.name}`),
    perform: (effect) => void order.push(effect.do),
    publish: (_, { phase }) => void order.push(`shown ${phase.name}`),
  });
  assert.deepEqual(order, ['noted stopped', 'tell', 'exit', 'shown stopped']);
});
