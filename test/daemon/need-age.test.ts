import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, no, unknown, yes } from '../../src/core/answer.ts';
import { emptyMemory, type Memory } from '../../src/core/memory.ts';
import type { Need } from '../../src/core/need.ts';
import { unseenNode } from '../../src/core/phases/observe-node.ts';
import { reason } from '../../src/core/reasons.ts';
import { NeedAge } from '../../src/daemon/need-age.ts';
import { raw, type Setting } from '../core/phases/samples.ts';
import { ManualClock } from '../fakes/clock.ts';

const need = yes({ fingerprint: 'file:1', source: '/run/reboot-required', reasons: [], older: false });
const silent = unknown(reason('need-unknown', { source: '/usr/bin/dnf', why: 'it did not end in time' }));

/** A service that was started with this memory, and what it sees a minute later each time. */
function started(remembered: Memory = emptyMemory) {
  const clock = new ManualClock();
  const kept: Memory[] = [];
  const memory = {
    read: async () => yes(remembered),
    write: async (written: Memory) => {
      kept.push(written);
      return null;
    },
  };
  const age = new NeedAge({ clock, memory, remembered, unkept: () => {} });
  const sees = async (answer: Answer<Need>, of: Setting = {}): Promise<number | null> => {
    await clock.advance(60_000);
    age.see(raw({ name: 'idle' }, { ...of, facts: { need: answer, ...of.facts } }));
    return age.since;
  };
  return { kept, sees };
}

describe('since when a node needs a reboot', () => {
  it('stays while a sentinel gives no answer, and goes when there is no need', async () => {
    const { sees } = started();
    const since = await sees(need);
    assert.notEqual(since, null);
    for (const answer of [silent, silent, need]) assert.equal(await sees(answer), since);
    assert.equal(await sees(no), null);
    assert.notEqual(await sees(need), since);
  });

  it('stays over a restart, from the first answer on', async () => {
    const before = started();
    const since = await before.sees(need);
    const after = started(before.kept.at(-1));
    assert.equal(await after.sees(silent), null);
    assert.equal(await after.sees(need), since);
  });

  it('stays over a restart where a person asks on the Node, however early the sentinels say that there is none', async () => {
    const requested = { node: { annotations: { 'kured-host/reboot-requested': 'now' } } };
    const before = started();
    const since = await before.sees(no, requested);
    assert.notEqual(since, null);
    const after = started(before.kept.at(-1));
    assert.equal(await after.sees(no, { facts: { node: unseenNode } }), null);
    assert.equal(await after.sees(no, requested), since);
    assert.deepEqual(after.kept, []);
  });
});
