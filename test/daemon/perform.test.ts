import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../src/core/phases/effect.ts';
import type { Event } from '../../src/core/phases/event.ts';
import { openInbox } from '../../src/daemon/inbox.ts';
import { createPerform } from '../../src/daemon/perform.ts';
import type { RebootOrder } from '../../src/ports/host.ts';
import { lease } from '../core/lease/samples.ts';
import { ManualClock } from '../fakes/clock.ts';

const ref = { namespace: 'kured-host', name: 'kured-host' };
const object = lease();
const patch = { uid: 'u1', resourceVersion: '7', annotations: {} };
const call = { phase: 'before-drain', node: 'n1', run: 'c', reasons: [] } as const;

/** What a defect in an executor is told as: for whatever may have had an effect, that nobody knows. */
const outcomes: readonly (readonly [Effect, string])[] = [
  [{ do: 'read-lease', lane: 'lease', lease: ref, consistency: 'consistent' }, 'lease-read failed'],
  [{ do: 'write-lease', lane: 'lease', object, purpose: 'fence' }, 'lease-written unknown'],
  [{ do: 'look-at-holder', lane: 'holder', lease: ref, node: 'n2', claim: 'c' }, 'holder-seen unknown'],
  [{ do: 'read-node', lane: 'node' }, 'node-read failed'],
  [{ do: 'patch-node', lane: 'node', patch, purpose: 'cordon' }, 'node-patched unknown'],
  [{ do: 'ask-permission', lane: 'permission' }, 'permission unknown'],
  [{ do: 'look-at-shutdown', lane: 'shutdown' }, 'shutdown unknown'],
  [{ do: 'drain', lane: 'drain' }, 'drain-ended failed'],
  [{ do: 'announce-reboot', lane: 'announce', method: 'logind', pods: '' }, 'announced'],
  [{ do: 'reboot', lane: 'reboot', reasons: [], before: 0 }, 'reboot unknown'],
  [{ do: 'run-hooks', lane: 'hooks', call }, 'hooks-ended failed'],
];

for (const [effect, wanted] of outcomes)
  test(`an executor of ${effect.do} that fails by a defect has its outcome all the same: ${wanted}`, async () => {
    const inbox = openInbox();
    const logged: string[] = [];
    const defect = new Proxy({}, { get: () => assert.fail('a defect') }) as never;
    const perform = createPerform({
      cluster: defect,
      host: defect,
      hooks: defect,
      asking: defect,
      publisher: defect,
      settings: () => assert.fail('a defect'),
      clock: new ManualClock(),
      log: { event: (code) => void logged.push(code), always: () => {}, setLevel: () => {} },
      inbox,
      signal: new AbortController().signal,
    });
    perform(effect);
    const outcome = await inbox.next();
    assert.equal(outcome === null ? '' : words(outcome), wanted);
    assert.deepEqual(logged, ['internal-error']);
  });

test('the reboot is ordered with its reasons, and with the moment after which nobody may ask for it any more', async () => {
  const inbox = openInbox();
  const orders: RebootOrder[] = [];
  const defect = new Proxy({}, { get: () => assert.fail('a defect') }) as never;
  const reboot = async (order: RebootOrder) => {
    orders.push(order);
    return { is: 'accepted' } as const;
  };
  createPerform({
    cluster: { node: { name: 'n1' } } as never,
    host: { reboot } as never,
    hooks: defect,
    asking: defect,
    publisher: defect,
    settings: () => assert.fail('a defect'),
    clock: new ManualClock(),
    log: { event: () => {}, always: () => {}, setLevel: () => {} },
    inbox,
    signal: new AbortController().signal,
  })({ do: 'reboot', lane: 'reboot', reasons: ['libc6'], before: 7_000 });
  assert.equal((await inbox.next())?.on, 'reboot');
  const why = 'The node n1 is rebooted by kured-host, because a reboot is needed: libc6';
  assert.deepEqual(orders, [{ why, before: 7_000 }]);
});

function words(event: Event): string {
  const parts = [event.on, ...['result', 'answer', 'look', 'end'].map((name) => Reflect.get(event, name)?.is)];
  return parts.filter((part) => part !== undefined).join(' ');
}
