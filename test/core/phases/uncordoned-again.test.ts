import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { uncordoned } from '../../../src/core/phases/uncordoned.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { possibleEvents } from './every-event.ts';
import { everyState } from './every-state.ts';
import { claim, moment, moments, need, raw, type Setting } from './samples.ts';
import { outcomeWords, phaseWord } from './words.ts';

const from = everyState().rebooting.ask;
const allowed = (ms: number): Event => ({
  on: 'permission',
  answer: { is: 'allowed' },
  need: { is: 'yes', value: need },
  askedAt: moment + ms,
});
const drained: Event = { on: 'drain-ended', end: { is: 'done' } };

/** What follows from each, one after the other, a millisecond apart. */
function tell(...events: readonly (string | Event)[]) {
  let { state } = from;
  const words: string[] = [];
  events.forEach((named, at) => {
    const event = typeof named === 'string' ? possibleEvents(from).get(named) : named;
    assert.ok(event, `${named}`);
    const answer = transition(state, event, moments.later(at + 1));
    state = answer.state;
    words.push(outcomeWords(answer));
  });
  return { state, words };
}

describe('a node that is no longer cordoned', () => {
  const open = (facts: { readonly wentBack?: true }, change: Setting['node'] = {}, cordoned = true) => {
    const { facts: seen } = raw({ name: 'idle' }, { cordoned, node: { unschedulable: false, ...change } });
    const why = uncordoned({ ...seen, node: { ...seen.node, ...facts } }, claim);
    return why && reasonSentence(why);
  };

  it('is told as what it shows: a person’s uncordon leaves the mark, and an older state says of itself that it is one', () => {
    assert.equal(open({}), 'a person uncordoned the node');
    assert.match(open({}, {}, false) ?? '', /^the Node n1 is no longer cordoned: our mark is gone too, so somebody /);
    for (const marked of [true, false])
      assert.match(open({ wentBack: true }, {}, marked) ?? '', /: it shows an older state than was seen before /);
    assert.equal(open({ wentBack: true }, { unschedulable: true }), null);
  });
});

describe('a node that a person uncordons while nobody is certain of its reboot', () => {
  it('is not fenced again, though its pods were gone and permission is there: it takes pods by now', () => {
    const { words } = tell('node-watch uncordoned', allowed(2), 'time nothing due');
    assert.deepEqual(words, Array(3).fill('rebooting/ask | | uncordoned'));
    assert.match(tell(allowed(1)).words.at(-1) ?? '', /lease:fence/);
  });

  it('is drained anew once it is cordoned again, and fenced after that', () => {
    const { words } = tell('node-watch uncordoned', 'node-watch cordoned', drained, allowed(4));
    assert.match(words[1] ?? '', /^rebooting\/ask \| drain /);
    assert.match(words[3] ?? '', /^rebooting\/fence \| lease:fence/);
  });

  it('needs a person when it stays so for the deadline of the reboot, and says why', () => {
    const { state } = tell('node-watch uncordoned');
    assert.ok(state.phase.name === 'rebooting');
    const late = transition(state, { on: 'time' }, moments.later(state.phase.deadline - moment));
    assert.match(phaseWord(late.state.phase), /stuck$/);
    assert.match(sentence(late.state), /a person uncordoned the node/);
  });
});
