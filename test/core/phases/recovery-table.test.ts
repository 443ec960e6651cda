import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holder } from '../../../src/core/lease/record.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import { recoveryVerdict } from '../../../src/core/phases/recovery-table.ts';
import { startState } from '../../../src/core/phases/start.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { at, me } from '../lease/samples.ts';
import { before, clean, command, fence, mark, none } from './recovery-row.ts';
import { recoveryRows } from './recovery-rows.ts';
import { found, run } from './recovery-run.ts';
import { moment, settings } from './samples.ts';
import { phaseWord } from './words.ts';

describe('the table of recovery, row by row', () => {
  for (const row of recoveryRows) {
    it(`${row.gives[0]}: ${row.title}`, () => {
      const verdict = recoveryVerdict(found(row));
      assert.deepEqual([verdict.row, verdict.follow], row.gives.slice(0, 2));
      assert.equal(phaseWord(run(row).state.phase), row.gives[2]);
    });
  }

  it('asks systemd before it says anything about a fence, or about a mark of this boot without a claim', () => {
    for (const entry of [fence, command, { phase: 'verifying' } as const, undefined]) {
      const verdict = recoveryVerdict(
        found({ title: '', ...(entry === undefined ? {} : { entry }), node: mark, gives: [0, '', ''] }),
      );
      assert.equal(verdict.follow, 'ask-systemd');
    }
  });

  it('says of a mark without a claim what it does with it, and nothing of a reboot', () => {
    const taken = run({ title: '', node: mark, look: none, gives: [0, '', ''] });
    assert.equal(sentence(taken.state), 'no claim stands behind the mark on the Node; uncordons');
  });

  it('touches nothing while a reboot may come that this process has asked for, whatever systemd says', () => {
    const taken = found({ title: '', node: mark, look: none, gives: [0, '', ''] });
    assert.equal(recoveryVerdict(taken).follow, 'restore');
    assert.equal(recoveryVerdict({ ...taken, rebootAsked: true }).follow, 'wait-for-shutdown');
  });
});

describe('a start that finds its own entry', () => {
  it('signs it first: the process, one start more, and verifying when the boot differs', () => {
    const signed = (entry: Partial<Holder>) => {
      const { effects } = run({ title: '', entry, node: clean, gives: [0, '', ''] });
      const write = effects.find((effect) => effect.do === 'write-lease');
      assert.ok(write?.do === 'write-lease' && write.purpose === 'sign');
      return JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '')[0];
    };
    const { by, starts, phase, boot } = signed({ starts: 2, by: 'by-before' });
    assert.deepEqual({ by, starts, phase, boot }, { by: 'by-n1', starts: 3, phase: 'draining', boot: me.boot.id });
    const other = signed({ by: 'by-before', boot: before });
    assert.deepEqual([other.phase, other.boot], ['verifying', 'boot-before']);
  });

  it('goes back to the Lease that the mark names when the pool was changed meanwhile', () => {
    const [read] = run({ title: '', node: mark, look: none, gives: [0, '', ''] }, 'kured-host-gpu').effects.filter(
      (effect) => effect.do === 'read-lease',
    );
    assert.ok(read?.do === 'read-lease');
    assert.equal(read.lease.name, 'kured-host');
  });

  it('waits for an API server that does not answer: unknown is never "not holding"', () => {
    let state = startState(me, settings, emptyMemory, at(moment));
    const lost = reason('api-unavailable', { server: 'https://api', why: 'refused' });
    for (const event of [
      { on: 'node-watch', told: { is: 'broken', reason: lost } },
      { on: 'node-read', result: { is: 'failed', reason: lost } },
    ] as const) {
      state = transition(state, event, at(moment)).state;
    }
    const { state: later, wakeAt } = transition(state, { on: 'time' }, at(moment + 1));
    assert.deepEqual([later.phase.name, later.waits.code], ['recovering', 'api-unavailable']);
    assert.ok(wakeAt !== null);
  });
});
