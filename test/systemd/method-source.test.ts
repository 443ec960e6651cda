import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RebootMethod } from '../../src/core/lease/record.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { methodSource } from '../../src/systemd/method-source.ts';
import { type Act, fails, fakeSystemctl, prints, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const began = 'UserspaceTimestamp=Thu 2026-11-26 21:22:54 UTC';
const counted = prints(`${began}\nSoftRebootsCount=0`);

const table: readonly (readonly [
  name: string,
  RebootMethod,
  show: Act,
  kexec: string | null,
  is: string,
  why: RegExp,
])[] = [
  ['systemd counts soft reboots', 'soft-reboot', counted, null, 'allowed', /^$/],
  [
    'systemd 252 does not count them',
    'soft-reboot',
    prints(began),
    null,
    'refused',
    /^this machine cannot be rebooted by reboot.method soft-reboot: .* does not count them \(256 and newer do\)/,
  ],
  ['systemd does not answer', 'soft-reboot', fails('Connection refused'), null, 'unknown', /Connection refused/],
  ['a kernel is loaded', 'kexec', counted, '1\n', 'allowed', /^$/],
  [
    'no kernel is loaded',
    'kexec',
    counted,
    '0\n',
    'refused',
    /^this machine cannot be rebooted by reboot.method kexec: no kernel is loaded, and logind would reboot in full/,
  ],
  [
    'the kernel knows no kexec',
    'kexec',
    counted,
    null,
    'refused',
    /nobody can tell whether a kernel is loaded: ENOENT/,
  ],
  ['nothing is asked', 'logind', fails('asked'), null, 'allowed', /^$/],
  ['nothing is asked', 'command', fails('asked'), null, 'allowed', /^$/],
  ['nothing is asked', 'signal', fails('asked'), null, 'allowed', /^$/],
];

for (const [name, method, show, kexec, is, why] of table) {
  test(`${method} is ${is} where ${name}`, async (t) => {
    const { systemctl, calls } = fakeSystemctl(t, { show });
    const source = methodSource({ systemctl, kexecFile: kexecOf(t, kexec), method: () => method });
    const answer = await source.ask(waiting, null);
    assert.equal(answer.is, is);
    const [first] = answer.is === 'allowed' ? [] : answer.reasons;
    assert.match(first === undefined ? '' : reasonSentence(first), why);
    assert.equal(calls().length, method === 'soft-reboot' ? 1 : 0);
  });
}

function kexecOf(t: TestContext, text: string | null): string {
  const file = join(ownFolder(t), 'kexec_loaded');
  if (text !== null) writeFileSync(file, text);
  return file;
}
