import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { placesIn, placeText } from '../../src/config/place.ts';

describe('a place', () => {
  it('counts lines and columns from 1', () => {
    const place = placesIn('f', 'ab\ncd');
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((at) => placeText(place(at))),
      ['f:1:1', 'f:1:2', 'f:1:3', 'f:2:1', 'f:2:2', 'f:2:3'],
    );
  });

  it('knows LF, CR LF and CR as line breaks, and counts characters, not their halves', () => {
    const text = 'a\r\nb\rc\n😀x';
    const place = placesIn('f', text);
    assert.deepEqual(place(text.indexOf('b')), { file: 'f', line: 2, column: 1 });
    assert.deepEqual(place(text.indexOf('c')), { file: 'f', line: 3, column: 1 });
    assert.deepEqual(place(text.indexOf('x')), { file: 'f', line: 4, column: 2 });
  });

  it('is where splitting the text into lines finds it', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '\n', ' '), { minLength: 1 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, fc.nat(), (text, seed) => {
        const offset = seed % text.length;
        const lines = text.slice(0, offset).split('\n');
        const expected = { file: 'f', line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
        assert.deepEqual(placesIn('f', text)(offset), expected);
      }),
    );
  });
});
