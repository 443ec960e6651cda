import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';
import { keys } from '../../src/config/schema.ts';
import { valuesOf } from '../../src/config/settings.ts';
import { problemsOf } from './problems.ts';
import { bad, good } from './values.ts';

describe('a key', () => {
  for (const [key, written, value] of good) {
    it(`${key}: ${written} is taken`, () => {
      const accepted = acceptTexts([{ file: 'f', text: fileWith(key, written) }]);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual({ ...valuesOf(accepted.settings) }, { ...valuesOf(defaultSettings()), [key]: value });
      assert.deepEqual([...accepted.origins.keys()], [key]);
    });
  }

  for (const [key, written, code, part] of bad) {
    it(`${key}: ${written.slice(0, 40)} is refused where it stands`, () => {
      const [problem, ...others] = problemsOf(fileWith(key, written));
      assert.deepEqual(others, []);
      assert.equal(problem?.code, code);
      const column = key.includes('.') ? key.length - key.indexOf('.') + 4 : key.length + 3;
      assert.deepEqual(problem?.place, { file: 'f', line: key.includes('.') ? 4 : 3, column });
      assert.ok(problem?.message.startsWith(`${key} must be `), problem?.message);
      assert.ok(problem?.message.includes(part), problem?.message);
    });
  }

  it('has a good and a bad row in these tables', () => {
    for (const table of [good, bad]) assert.deepEqual([...new Set(table.map(([key]) => key))], [...keys]);
  });

  for (const key of keys) {
    it(`${key} with null has its default`, () => {
      const accepted = acceptTexts([{ file: 'f', text: fileWith(key, 'null') }]);
      assert.deepEqual(accepted.valid && accepted.settings, defaultSettings());
      assert.equal(accepted.valid && accepted.origins.size, 0);
    });
  }
});

describe('an entry of a list', () => {
  const table: readonly (readonly [string, string])[] = [
    [
      'sentinel: {files: [/a, b]}',
      'f:1:24: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is "b", which does not begin with /',
    ],
    [
      'sentinel:\n  files:\n    - /a\n    - 5',
      'f:4:7: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is the number 5, which needs quotes to be text',
    ],
    [
      'sentinel:\n  files:\n    - /a\n    -',
      'f:4:5: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is empty',
    ],
    [
      'reboot: {command: [/sbin/shutdown, -r, +5]}',
      'f:1:40: reboot.command must be a list of an absolute path and its arguments, for example [/usr/bin/systemctl, kexec]; entry 3 is the number 5, which needs quotes to be text',
    ],
    [
      'reboot: {command: [/bin/x, "a\\0"]}',
      'f:1:28: reboot.command must be a list of an absolute path and its arguments, for example [/usr/bin/systemctl, kexec]; entry 2 is "a\\u0000", which holds a character that no file name may hold',
    ],
  ];
  for (const [text, expected] of table) {
    it(`is refused where it stands: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(problemsOf(text).map(problemText), [expected]));
  }
});

/** The key in block style, after a comment and, in a section, its heading; the value stands behind the key's name. */
function fileWith(key: string, written: string): string {
  const [section, name] = key.split('.');
  return name === undefined ? `# c\n\n${key}: ${written}\n` : `# c\n\n${section}:\n  ${name}: ${written}\n`;
}
