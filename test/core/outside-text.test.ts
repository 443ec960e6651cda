import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outsideText } from '../../src/core/outside-text.ts';

const cases: readonly (readonly [name: string, text: string, limit: number, shown: string])[] = [
  ['plain text stays', 'linux-image-6.1', 40, 'linux-image-6.1'],
  ['line ends become visible', 'a\nb\r\nc\td', 40, 'a\\nb\\r\\nc\\td'],
  ['a terminal sequence is disarmed', '\u001b[31mred', 40, '\\x1b[31mred'],
  ['a bidirectional override is disarmed', 'a\u202eb', 40, 'a\\u{202e}b'],
  ['white space around it is dropped', '  an error body \n', 40, 'an error body'],
  ['too long text says that it was cut', 'abcdefgh', 5, 'abcd…'],
  ['an escape is never cut in two', 'abc\nd', 5, 'abc…'],
  ['a surrogate pair is never cut in two', 'ab😀cd', 4, 'ab…'],
  ['half a surrogate pair is shown as what it is', 'a\ud83d', 40, 'a\\u{d83d}'],
  ['exactly the limit is not cut', 'abcde', 5, 'abcde'],
  ['no room shows nothing', 'abc', 0, ''],
];

for (const [name, text, limit, shown] of cases) {
  test(name, () => assert.equal(outsideText(text, limit), shown));
}

test('whatever comes in, one bounded line without control characters comes out, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat({ max: 90 }), (text, limit) => {
      const shown = outsideText(text, limit);
      assert.ok(shown.length <= limit);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      assert.equal(outsideText(shown, limit), shown);
    }),
    { numRuns: 2000 },
  );
});
