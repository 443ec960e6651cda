import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemText } from '../../src/config/problem.ts';
import { problemsOf } from './problems.ts';

const refused: readonly (readonly [command: string, why: string])[] = [
  ['[/usr/bin/systemctl, soft-reboot]', 'asks for a soft reboot'],
  ['[/bin/sh, -c, "systemctl soft-reboot"]', 'asks for a soft reboot'],
  ['[/usr/bin/systemctl, start, soft-reboot.target]', 'asks for a soft reboot'],
  ['[/usr/bin/systemctl, poweroff]', 'switches the machine off (poweroff)'],
  ['[/usr/bin/systemctl, --no-wall, --force, halt]', 'switches the machine off (halt)'],
  ['[/usr/bin/systemctl, isolate, poweroff.target]', 'switches the machine off (poweroff)'],
  ['[/usr/sbin/poweroff]', 'switches the machine off (poweroff)'],
  ['[/usr/sbin/halt, -p]', 'switches the machine off (halt)'],
  ['[/usr/sbin/reboot, --poweroff]', 'switches the machine off (--poweroff)'],
  ['[/usr/sbin/shutdown, -h, now]', 'switches the machine off (shutdown without -r)'],
  ['[/usr/sbin/shutdown, now]', 'switches the machine off (shutdown without -r)'],
  ['[/usr/sbin/init, "0"]', 'switches the machine off (init 0)'],
  ['[/bin/sh, -c, "sync; exec /sbin/shutdown -P +0"]', 'switches the machine off (shutdown without -r)'],
  ['[/bin/bash, -c, \'sleep 5 && "poweroff"\']', 'switches the machine off (poweroff)'],
  ['[/bin/sh, -euc, "nohup bash -c \'sleep 5; poweroff\' &"]', 'switches the machine off (poweroff)'],
  // What stands between two texts in quotes is in none.
  ['[/bin/sh, -c, \'test "$A" && poweroff || echo "no"\']', 'switches the machine off (poweroff)'],
  ['[/bin/sh, -c, \'bash -c "sync"; poweroff; logger "b"\']', 'switches the machine off (poweroff)'],
  ['[/usr/bin/systemctl, suspend]', 'puts the machine to sleep (suspend)'],
];
const taken = [
  '[/usr/bin/systemctl, reboot]',
  '[/usr/bin/systemctl, kexec]',
  '[/usr/sbin/reboot, -f]',
  '[/usr/sbin/shutdown, -r, now]',
  '[/usr/sbin/shutdown, --no-wall, -rf, now]',
  '[/usr/sbin/halt, --reboot]',
  '[/usr/sbin/init, "6"]',
  '[/bin/sh, -c, "sync; sleep 5; systemctl reboot"]',
  '[/bin/sh, -c, "/opt/halt-vms.sh && shutdown -r +1"]',
  '[/opt/poweroff-then-on, --bmc]',
  // What shutdown and the like tell people who are logged in.
  '[/usr/sbin/shutdown, -r, now, "This node is shut down: shutdown for a new kernel"]',
  '[/usr/bin/systemctl, reboot, --message, "halt for updates"]',
  '[/bin/sh, -c, \'wall "it is no halt"; systemctl reboot\']',
  "[/bin/sh, -c, \"echo 'shutdown for updates' | wall; shutdown -r +1 'no halt, a reboot'\"]",
];

describe('a reboot command', () => {
  for (const [command, why] of refused)
    it(`is refused where its words are of no full reboot: ${command}`, () => {
      const [problem, ...more] = problemsOf(`reboot: {method: command, command: ${command}}`).map(problemText);
      assert.ok(problem?.startsWith(`f:1:36: reboot.command ${why}`), problem);
      assert.deepEqual(more, []);
    });

  for (const command of taken)
    it(`is taken where they are: ${command}`, () => {
      assert.deepEqual(problemsOf(`reboot: {method: command, command: ${command}}`), []);
    });
});
