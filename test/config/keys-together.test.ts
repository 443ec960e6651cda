import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';
import { problemsOf } from './problems.ts';

describe('keys together', () => {
  it('method command needs a command', () => {
    assert.deepEqual(
      problemsOf('reboot:\n  method: command').map((problem) => `${problem.code} ${problemText(problem)}`),
      [
        'missing f:2:11: reboot.method is command, so reboot.command must say which, for example [/usr/bin/systemctl, kexec]',
      ],
    );
    assert.deepEqual(problemsOf('reboot: {method: command, command: [/bin/reboot]}'), []);
  });

  for (const [text, why] of [
    [
      '{command: [/usr/bin/systemctl, soft-reboot]}',
      /reboot.command asks for a soft reboot, .* never be proven; .* soft-reboot/,
    ],
    ['{signal: 41}', /reboot.signal 41 is a soft reboot, which keeps the boot ID, .* reboot.method soft-reboot asks/],
    ['{signal: 38}', /reboot.signal 38 switches the machine off/],
  ] as const)
    it(`a soft reboot that nobody could prove, and one without a return, are refused: ${text}`, () => {
      assert.match(problemsOf(`reboot: ${text}`).map(problemText).join('\n'), why);
    });

  it('the command may stand in another file', () => {
    const method = { file: 'a', text: 'reboot: {method: command}' };
    const command = { file: 'b', text: 'reboot: {command: [/bin/reboot]}' };
    assert.equal(acceptTexts([method, command]).valid, true);
    assert.equal(acceptTexts([command, method]).valid, true);
    assert.equal(acceptTexts([command, method, { file: 'c', text: 'reboot: {command: null}' }]).valid, false);
  });

  const warned: readonly (readonly [string, readonly string[]])[] = [
    [
      'reboot: {command: [/bin/reboot]}',
      [
        'unused-key f:1:10: reboot.command is not used, because reboot.method is logind; set reboot.method to command to use it',
      ],
    ],
    ['reboot: {method: signal, signal: 40}', []],
    [
      'reboot: {method: kexec, signal: 40}',
      [
        'unused-key f:1:25: reboot.signal is not used, because reboot.method is kexec; set reboot.method to signal to use it',
      ],
    ],
    [
      'sentinel: {files: []}',
      [
        'no-sentinel f:1:12: sentinel.files is empty and there is no sentinel.command, so nothing on this machine can ask for a reboot',
      ],
    ],
    ['sentinel: {files: [], command: [/bin/needs]}', []],
    [
      'sentinel: {files: [/run/a, /tmp/b, /var/tmp/c/d, /tmpfs/e]}',
      [
        'unseen-sentinel f:1:19: sentinel.files names /tmp/b, /var/tmp/c/d, which the service does not see, as it has /tmp and /var/tmp of its own: name a file elsewhere, in /run for example',
      ],
    ],
    ['reboot: {method: command, command: [/bin/reboot]}', []],
  ];
  for (const [text, expected] of warned) {
    it(`${expected.length === 0 ? 'are fine' : 'are taken with a warning'}: ${text}`, () => {
      const accepted = acceptTexts([{ file: 'f', text }]);
      assert.ok(accepted.valid);
      assert.deepEqual(
        accepted.warnings.map((warning) => `${warning.code} ${problemText(warning)}`),
        expected,
      );
    });
  }
});
