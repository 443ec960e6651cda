import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debianChangelog, nfpmChangelog, readChangelog } from '../../scripts/packages/changelog.ts';

const head = { version: '0.3.0', date: '2026-05-06T07:08:09Z' };
const text = `# Changelog

## Unreleased

- Short.
- A change that goes on
  over two lines, and is told in so many words that no single line of a Debian changelog could hold all of them.

## 0.2.0 (2026-04-03)

- Older.
`;

test('the section "Unreleased" is what the package that is made tells of itself', () => {
  assert.deepEqual(readChangelog(text, head), [
    {
      ...head,
      changes: [
        'Short.',
        'A change that goes on over two lines, and is told in so many words that no single line of a Debian changelog could hold all of them.',
      ],
    },
    { version: '0.2.0', date: '2026-04-03T00:00:00Z', changes: ['Older.'] },
  ]);
});

const mistakes = {
  'a package newer than what is told': {
    text: text.replace('Unreleased', '0.2.9 (2026-05-01)'),
    says: /begins with 0\.2\.9, and the package is 0\.3\.0/,
  },
  'a section without a date': { text: text.replace(' (2026-04-03)', ''), says: /"## 0\.2\.0" .* neither/ },
  'a section that lists nothing': { text: text.replace('- Older.', ''), says: /lists nothing/ },
  'an empty file': { text: '', says: /begins with nothing/ },
};

for (const [name, { text: wrong, says }] of Object.entries(mistakes)) {
  test(`${name} stops the build`, () => {
    assert.throws(() => readChangelog(wrong, head), says);
  });
}

test("Debian's changelog has lines of 80 characters at most, and a day by its right name", () => {
  const debian = debianChangelog(readChangelog(text, head), '1', 'A <a@example.org>');
  assert.equal(
    debian,
    `kured-host (0.3.0-1) stable; urgency=medium

  * Short.
  * A change that goes on over two lines, and is told in so many words that no
    single line of a Debian changelog could hold all of them.

 -- A <a@example.org>  Wed, 06 May 2026 07:08:09 +0000

kured-host (0.2.0-1) stable; urgency=medium

  * Older.

 -- A <a@example.org>  Fri, 03 Apr 2026 00:00:00 +0000
`,
  );
});

test("the rpm's changelog has the package's own release in each entry", () => {
  const entries = JSON.parse(nfpmChangelog(readChangelog(text, head), '4', 'A <a@example.org>'));
  assert.deepEqual(
    entries.map(({ semver, packager }: { semver: string; packager: string }) => [semver, packager]),
    [
      ['0.3.0-4', 'A <a@example.org>'],
      ['0.2.0-4', 'A <a@example.org>'],
    ],
  );
});
