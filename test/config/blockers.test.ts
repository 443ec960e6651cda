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

describe('blockers.commands', () => {
  const x = { command: ['/sbin/x'], timeout: 10_000, period: 60_000 };
  const spellings: readonly (readonly [string, BlockerSettings['commands']])[] = [
    ['/sbin/x', [x]],
    ['[/sbin/x, /sbin/y]', [x, { ...x, command: ['/sbin/y'] }]],
    ['{command: /sbin/x}', [x]],
    [
      '[{command: [/sbin/x, -a, ""], timeout: 30s, period: 1h}]',
      [{ command: ['/sbin/x', '-a', ''], timeout: 30_000, period: 3_600_000 }],
    ],
    ['[{command: [/sbin/x], timeout: null}]', [x]],
    ['[]', []],
  ];
  for (const [text, expected] of spellings) {
    it(`may be written ${text}`, () => assert.deepEqual(blockers(`  commands: ${text}`).commands, expected));
  }

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['[x]', /entry 1 is "x", whose first entry is not an absolute path/],
    ['[/sbin/x, --all]', /entry 2 is "--all", whose first entry is not an absolute path/],
    ['[{timeout: 3s}]', /entry 1 is a map, which has no command/],
    ['[{command: []}]', /command of entry 1 is a list, which is empty/],
    ['[{command: /sbin/x, timeout: 2m}]', /f:2:\d+: .* timeout of entry 1 is "2m", which is too long/],
    ['[{command: /sbin/x, timeout: 0s}]', /timeout of entry 1 is "0s", which is too short/],
    ['[{command: /sbin/x, period: 1s}]', /period of entry 1 is "1s", which is too short/],
    [
      '[{command: /sbin/x, args: [a]}]',
      /entry 1 is a map, whose key "args" is not known; its keys are command, timeout, period/,
    ],
    ['[/sbin/x, {command: [/sbin/x], timeout: 3s}]', /it is a list, which names a command twice/],
  ];
  for (const [text, why] of mistakes) {
    it(`is refused as ${text}`, () => assert.match(problem(`  commands: ${text}`), why));
  }
});

describe('blockers.users', () => {
  const usual = { wait: null, broadcast: 600_000, ignore: [] };
  const spellings: readonly (readonly [string, BlockerSettings['users']])[] = [
    ['null', null],
    ['{}', usual],
    ['{wait: forever}', usual],
    [
      '{wait: 15m, broadcast: 5m, ignore: [backup, jane.doe]}',
      { wait: 900_000, broadcast: 300_000, ignore: ['backup', 'jane.doe'] },
    ],
    ['{broadcast: 0s, ignore: backup}', { ...usual, broadcast: null, ignore: ['backup'] }],
    ['{wait: null}', usual],
  ];
  for (const [text, expected] of spellings) {
    it(`may be written ${text}`, () => assert.deepEqual(blockers(`  users: ${text}`).users, expected));
  }

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['forever', /it is "forever", which is no map/],
    ['{wait: 10s}', /f:2:17: .* wait is "10s", which is too short/],
    ['{wait: never}', /wait is "never", which/],
    ['{broadcast: true}', /broadcast is true, which is not a duration from 1m to 24h, or 0s for none/],
    ['{ignore: ["a b"]}', /ignore is a list, where "a b" is not the name of a user/],
    ['{grace: 5m}', /whose key "grace" is not known; its keys are wait, broadcast, ignore/],
  ];
  for (const [text, why] of mistakes) {
    it(`is refused as ${text}`, () => assert.match(problem(`  users: ${text}`), why));
  }

  it('is put together from several files, key by key', () => {
    const file = (text: string) => ({ file: 'f', text: `blockers: {users: ${text}}\n` });
    const accepted = acceptTexts([file('{wait: 15m, ignore: [backup]}'), file('{wait: 1h}')]);
    assert.ok(accepted.valid);
    assert.deepEqual(accepted.settings.blockers.users, { ...usual, wait: 3_600_000, ignore: ['backup'] });
  });
});
