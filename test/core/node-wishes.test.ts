import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { no, yes } from '../../src/core/answer.ts';
import { coveredBy } from '../../src/core/need-sum.ts';
import {
  heldBy,
  holdAnnotation,
  requestAnnotation,
  requestedBy,
  withHold,
  withRequest,
} from '../../src/core/node-wishes.ts';
import { reason, reasonRemedy, reasonSentence } from '../../src/core/reasons.ts';
import { need } from './phases/samples.ts';
import { node } from './phases/server.ts';

const holding = (value: string) => node({ annotations: { [holdAnnotation]: value } });
const asking = (value: string) => node({ annotations: { [requestAnnotation]: value } });

describe('the annotation kured-host/hold', () => {
  const rows: readonly (readonly [value: string, why: string])[] = [
    ['a restore until Friday', 'a restore until Friday'],
    ['', 'no reason given'],
    ['  ', 'no reason given'],
    // That it is there holds: nobody has to know which words mean no.
    ['false', 'false'],
    ['two\nlines', 'two\\nlines'],
    ['\u202eevil', '\\u{202e}evil'],
    ['x'.repeat(5000), `${'x'.repeat(199)}…`],
  ];
  for (const [value, why] of rows)
    it(`holds with the value ${JSON.stringify(value.slice(0, 30))}`, () => {
      const held = heldBy(holding(value));
      assert.ok(held !== null);
      assert.equal(reasonSentence(held), `a person holds this node: ${why}`);
      assert.match(reasonRemedy(held), /kubectl annotate node n1 kured-host\/hold-$/);
    });

  it('refuses before all others, which are shown as well, and is no passing refusal', () => {
    const closed = reason('window-closed', { opens: 'tomorrow' });
    const answer = withHold({ is: 'unknown', reasons: [closed], passing: true }, holding('x'));
    assert.equal(answer?.is, 'refused');
    assert.deepEqual(answer.is === 'refused' && answer.reasons.map(({ code }) => code), ['held', 'window-closed']);
    assert.equal('passing' in answer, false);
  });

  it('changes nothing where it is absent or the Node is not known', () => {
    const allowed = { is: 'allowed' } as const;
    for (const seen of [node({}), null]) assert.equal(withHold(allowed, seen), allowed);
    assert.equal(withHold(null, null), null);
  });
});

describe('the annotation kured-host/reboot-requested', () => {
  it('is a need that its value names, and is its reason', () => {
    const asked = requestedBy(asking('2026-11-26T20:00:00Z firmware'));
    assert.deepEqual(asked?.reasons, ['2026-11-26T20:00:00Z firmware']);
    assert.equal(requestedBy(asking('2026-11-26T20:00:00Z firmware'))?.fingerprint, asked.fingerprint);
    assert.notEqual(requestedBy(asking('2026-11-26T20:00:01Z firmware'))?.fingerprint, asked.fingerprint);
  });

  for (const value of ['a+b', 'a@7', 'a@7+b@8', '', '\ud800', 'ä'.repeat(500), 'line\n2'])
    it(`is one part of a need's name with the value ${JSON.stringify(value.slice(0, 20))}`, () => {
      const { fingerprint } = requestedBy(asking(value)) ?? { fingerprint: '' };
      assert.doesNotMatch(fingerprint, /[+@\s]/);
      assert.ok(fingerprint.length < 1000);
      assert.ok(coveredBy(fingerprint, `file:1+${fingerprint}`));
      assert.ok(!coveredBy(fingerprint, 'file:1'));
    });

  it('joins what sentinels ask for, and is enough where none of them does or can tell', () => {
    const seen = asking('x');
    const unknown = { is: 'unknown', reason: reason('need-unknown', { source: 's', why: 'w' }) } as const;
    assert.deepEqual(withRequest(yes(need), seen), {
      is: 'yes',
      value: {
        fingerprint: 'file:1+request:x',
        source: '/run/reboot-required, request',
        reasons: ['linux-image', 'x'],
        older: false,
      },
    });
    for (const sentinels of [no, unknown]) assert.equal(withRequest(sentinels, seen)?.is, 'yes');
    assert.equal(withRequest(null, seen), null, 'before the sentinels were looked at, nothing is known');
    assert.equal(withRequest(unknown, node({})), unknown);
  });
});
