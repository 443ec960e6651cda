import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';
import type { BlockerSettings } from '../../src/core/settings.ts';

const accept = (text: string) => acceptTexts([{ file: 'f', text: `blockers:\n${text}\n` }]);

function blockers(text: string): BlockerSettings {
  const accepted = accept(text);
  assert.ok(accepted.valid, JSON.stringify(accepted));
  return accepted.settings.blockers;
}

/** The one problem of a text, without its place. */
function problem(text: string): string {
  const accepted = accept(text);
  assert.ok(!accepted.valid);
  assert.equal(accepted.problems.length, 1);
  return accepted.problems.map(problemText).join();
}

describe('blockers.pods', () => {
  const app = { selector: 'app=backup', namespaces: null };
  const spellings: readonly (readonly [string, BlockerSettings['pods']])[] = [
    ['["app=backup"]', [app]],
    ['app=backup', [app]],
    ['["app=backup", "a,!b"]', [app, { selector: 'a,!b', namespaces: null }]],
    ['[{selector: app=backup}]', [app]],
    ['{selector: app=backup, namespaces: [db, web]}', [{ ...app, namespaces: ['db', 'web'] }]],
    ['[{selector: app=backup, namespaces: db}]', [{ ...app, namespaces: ['db'] }]],
    ['[{selector: app=backup, namespaces: null}]', [app]],
    ['[]', []],
  ];
  for (const [text, expected] of spellings) {
    it(`may be written ${text}`, () => assert.deepEqual(blockers(`  pods: ${text}`).pods, expected));
  }

  const mistakes: readonly (readonly [string, RegExp])[] = [
    [
      '["a=b", "a in b"]',
      /f:2:17: .* entry 2 is "a in b", which is wrong at its character 6: found "b" where "\(" is expected/,
    ],
    ['[""]', /entry 1 is empty|entry 1 is "", which is empty/],
    ['[5]', /entry 1 is the number 5/],
    ['[{namespaces: [db]}]', /entry 1 is a map, which has no selector/],
    [
      '[{selector: a, namespace: db}]',
      /entry 1 is a map, whose key "namespace" is not known; did you mean namespaces\?/,
    ],
    ['[{selector: "a b"}]', /selector of entry 1 is "a b", which is wrong at its character 3/],
    ['[{selector: a, namespaces: []}]', /namespaces of entry 1 is a list, which is empty, so that no pod would count/],
    ['[{selector: a, namespaces: [DB]}]', /namespaces of entry 1 is a list, where "DB" is not the name of a namespace/],
  ];
  for (const [text, why] of mistakes) {
    it(`is refused as ${text}`, () => assert.match(problem(`  pods: ${text}`), why));
  }
});
