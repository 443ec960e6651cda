import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMatcher, writeMatcher } from '../../../src/core/alerts/matcher.ts';

test('a matcher is a name, how it compares, and a text, and reads back as it is written', () => {
  const table: readonly (readonly [text: string, name: string, is: string, value: string, written: string])[] = [
    ['severity="critical"', 'severity', '=', 'critical', 'severity="critical"'],
    ['severity=critical', 'severity', '=', 'critical', 'severity="critical"'],
    ['  team  !~  "db|web"  ', 'team', '!~', 'db|web', 'team!~"db|web"'],
    ['team=~db.*', 'team', '=~', 'db.*', 'team=~"db.*"'],
    ['_a1!="x"', '_a1', '!=', 'x', '_a1!="x"'],
    ['a="=b"', 'a', '=', '=b', 'a="=b"'],
    ['a=""', 'a', '=', '', 'a=""'],
    ['a="say \\"no\\"\\n"', 'a', '=', 'say "no"\n', 'a="say \\"no\\"\\n"'],
  ];
  for (const [text, name, is, value, written] of table) {
    const reading = parseMatcher(text);
    assert.ok(reading.valid, text);
    assert.deepEqual(reading.value, { name, is, value });
    assert.equal(writeMatcher(reading.value), written);
  }
});

test('what is none is refused, and why', () => {
  const table: readonly (readonly [text: string, why: RegExp])[] = [
    ['', /which is no matcher/],
    ['severity', /which is no matcher/],
    ['1a=x', /which is no matcher/],
    ['a b="x"', /which is no matcher/],
    ['-a=x', /which is no matcher/],
    ['__name__=up', /about the name of the metric/],
    ['a=', /no text in double quotes/],
    ['a==b', /begins with =; write =, !=, =~ or !~ alone before it, and the value in double quotes/],
    ['a=="b"', /begins with =/],
    ['a!==b', /begins with =/],
    ['a=!b', /begins with !/],
    ['a=~~b', /begins with ~/],
    ['a=b c', /no text in double quotes/],
    ["a='b'", /no text in double quotes/],
    ['a={b}', /no text in double quotes/],
    ['a=b,c', /no text in double quotes/],
    ['a="b', /no text in double quotes/],
    ['a="b" c', /no text in double quotes/],
    ['a=b"', /no text in double quotes/],
  ];
  for (const [text, why] of table) {
    const reading = parseMatcher(text);
    assert.match(reading.valid ? 'valid' : reading.why, why, text);
  }
});
