import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesSelector, parseSelector } from '../../../src/core/drain/selector.ts';

function matches(text: string, labels: Readonly<Record<string, string>>): boolean {
  const reading = parseSelector(text);
  if (!reading.readable) throw new Error(`${text}: ${reading.why}`);
  return matchesSelector(reading.selector, labels);
}

const web = { app: 'web', tier: 'front', weight: '7', empty: '', in: 'in', 'example.org/team': 'a' };

test('every operator of Kubernetes’ selectors, on an object with the label and without', () => {
  const table: readonly (readonly [string, boolean])[] = [
    ['', true],
    [' \t', true],
    ['app', true],
    ['nope', false],
    ['!app', false],
    ['!nope', true],
    ['app=web', true],
    ['app==web', true],
    ['app=db', false],
    ['nope=web', false],
    ['app!=web', false],
    ['app!=db', true],
    ['nope!=web', true],
    ['app in (db,web)', true],
    ['app in (db)', false],
    ['nope in (db)', false],
    ['app notin (db)', true],
    ['app notin (db, web)', false],
    ['nope notin (db)', true],
    ['weight>6', true],
    ['weight>7', false],
    ['weight<8', true],
    ['app>1', false],
    ['nope<1', false],
    ['empty=', true],
    ['app=', false],
    ['empty in ()', true],
    ['empty in (,x)', true],
    ['empty in (x,)', true],
    ['empty in (x)', false],
    ['empty=,app=web', true],
    ['app = web , tier != back', true],
    ['app=web,tier=back', false],
    ['in in (in)', true],
    ['in', true],
    ['example.org/team=a', true],
    ['toString', false],
    ['!toString', true],
  ];
  for (const [text, expected] of table) assert.equal(matches(text, web), expected, text);
});

test('whole numbers are compared as such, to the ends of 64 bits', () => {
  assert.equal(matches('n>9223372036854775806', { n: '9223372036854775807' }), true);
  assert.equal(matches('n<9223372036854775807', { n: '9223372036854775808' }), false);
  assert.equal(matches('n>9', { n: '10' }), true);
});

test('what Kubernetes refuses is refused, with the place and what was expected', () => {
  const table: readonly (readonly [string, number, RegExp])[] = [
    [',', 0, /label key/],
    ['app=web,', 8, /the end.*label key/],
    ['app web', 4, /"web".*=, ==, !=/],
    ['!', 1, /label key/],
    ['!!app', 1, /label key/],
    ['!app=web', 4, /"," or the end/],
    ['app in', 6, /"\("/],
    ['app in web', 7, /"\("/],
    ['app in (web', 11, /"," or "\)"/],
    ['app in (a b)', 10, /"," or "\)"/],
    ['app in (a)) ', 10, /"," or the end/],
    ['app=(a)', 4, /value/],
    ['app=a=b', 5, /"," or the end/],
    ['app===web', 5, /value/],
    ['app>', 4, /whole number/],
    ['app>one', 4, /whole number/],
    ['app>9223372036854775808', 4, /whole number/],
    ['-app', 0, /not a label key/],
    ['a/b/c', 0, /not a label key/],
    ['/b', 0, /not a label key/],
    ['Example.org/b', 0, /not a label key/],
    [`${'a'.repeat(64)}`, 0, /not a label key/],
    [`${'a'.repeat(254)}/b`, 0, /not a label key/],
    ['app=we%b', 4, /not a label value/],
    [`app=${'a'.repeat(64)}`, 4, /not a label value/],
    ['app=web\u0000', 4, /not a label value/],
  ];
  for (const [text, at, why] of table) {
    const reading = parseSelector(text);
    assert.ok(!reading.readable, text);
    assert.equal(reading.at, at, text);
    assert.match(reading.why, why, text);
    assert.ok(reading.why.length < 200);
  }
});

test('any text is read or refused at a place within it, never an exception', () => {
  const piece = fc.constantFrom(
    'app',
    'in',
    'notin',
    '=',
    '==',
    '!=',
    '!',
    '(',
    ')',
    ',',
    '<',
    '>',
    ' ',
    '7',
    '-',
    '/',
    'x.y/z',
    '\n',
    'ä',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const reading = parseSelector(text);
        if (!reading.readable) assert.ok(reading.at >= 0 && reading.at <= text.length && reading.why.length < 200);
      },
    ),
    { numRuns: 5000 },
  );
});
