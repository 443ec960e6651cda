import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord } from '../../../src/core/lease/format.ts';
import { mine } from '../../../src/core/lease/hold.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import { freshDraining } from '../../../src/core/phases/fresh-draining.ts';
import type { Draining } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { me } from '../lease/samples.ts';
import { fenced, rebooting } from './every-state.ts';
import { claim, moment, moments, raw } from './samples.ts';
import { outcomeWords } from './words.ts';

/** At its fence, which it has begun to write or not, over the entry as it was last read. */
function atFence(entry: Partial<Holder>, change: Partial<Draining> = {}, knownAt: number | null = moment): Transition {
  const phase = freshDraining(claim, moments.now, { step: 'fence', ...change });
  const state = raw(phase, { ...fenced, entry });
  const node = { ...state.facts.node, knownAt };
  return transition({ ...state, facts: { ...state.facts, node } }, { on: 'time' }, moments.now);
}

function written({ effects }: Transition) {
  const [object] = effects.flatMap((one) => (one.do === 'write-lease' ? [one.object] : []));
  assert.ok(object);
  const reading = readRecord(object);
  assert.ok(reading.readable);
  return mine(reading.record, me);
}

describe('the fence of a drain', () => {
  it('is the next of its claim, and the drain knows which it is from before its answer on', () => {
    const answer = atFence({ phase: 'draining', attempt: 1 });
    assert.equal(outcomeWords(answer), 'draining/fence | lease:fence | draining');
    assert.deepEqual([written(answer)?.phase, written(answer)?.attempt], ['rebooting', 2]);
    assert.equal(answer.state.phase.name === 'draining' && answer.state.phase.fence, 2);
  });

  it('is not written before an answer of the last ten seconds has told of the Node: its watch may be silent', () => {
    for (const knownAt of [null, moment - 10_001]) {
      const answer = atFence({ phase: 'draining', attempt: 1 }, {}, knownAt);
      assert.equal(outcomeWords(answer), 'draining/fence | read-node | starting');
    }
    const young = atFence({ phase: 'draining', attempt: 1 }, {}, moment - 10_000);
    assert.equal(outcomeWords(young), 'draining/fence | lease:fence | draining');
  });

  it('that is read back after its answer was lost leads to the call', () => {
    const answer = atFence({ phase: 'rebooting', attempt: 2, method: 'logind' }, { fence: 2 });
    assert.equal(outcomeWords(answer), 'rebooting/asked | remember-fence tell:rebooting reboot | reboot-asked');
  });

  for (const [before, fence] of [
    ['an earlier drain of this process', null],
    ['this drain, but for the one before', 2],
  ] as const) {
    it(`is written anew over one that a restored etcd brought back: of ${before}`, () => {
      const answer = atFence({ phase: 'rebooting', attempt: 1, method: 'logind' }, { fence });
      assert.equal(outcomeWords(answer), 'draining/fence | lease:fence | draining');
      assert.equal(written(answer)?.attempt, 2);
    });
  }
});

describe('the fence behind an earlier call', () => {
  const again = (entry: Partial<Holder>, change: Parameters<typeof rebooting>[1] = {}): Transition =>
    transition(
      raw(rebooting('fence', change), { ...fenced, entry: { ...fenced.entry, ...entry } }),
      { on: 'time' },
      moments.now,
    );

  it('is the next of its claim, known from before its answer on, and leads to the call', () => {
    const answer = again({ attempt: 2 }, { attempt: 2 });
    assert.equal(outcomeWords(answer), 'rebooting/fence | lease:fence | starting');
    assert.equal(written(answer)?.attempt, 3);
    const { phase } = answer.state;
    assert.deepEqual(phase.name === 'rebooting' && [phase.attempt, phase.fence], [2, 3]);
    const back = again({ attempt: 3 }, { attempt: 2, fence: 3 });
    assert.match(outcomeWords(back), /^rebooting\/asked \| /);
    assert.deepEqual(back.state.phase.name === 'rebooting' && [back.state.phase.attempt, back.state.phase.fence], [
      3,
      null,
    ]);
  });

  it('is written anew over one that a restored etcd brought back after a person had its fences counted from zero', () => {
    const answer = again({ attempt: 1 }, { attempt: 0 });
    assert.equal(outcomeWords(answer), 'rebooting/fence | lease:fence | starting');
    assert.equal(written(answer)?.attempt, 2);
    assert.match(outcomeWords(again({ attempt: 2 }, { attempt: 0, fence: 2 })), /^rebooting\/asked \| /);
  });

  it('is written once where a restored etcd shows fewer than there were', () => {
    const answer = again({ phase: 'draining', attempt: 0 }, { attempt: 2 });
    assert.equal(written(answer)?.attempt, 1);
    assert.match(outcomeWords(again({ attempt: 1 }, { attempt: 2, fence: 1 })), /^rebooting\/asked \| /);
  });
});
