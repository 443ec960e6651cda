import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sumNeeds } from '../../src/core/need-sum.ts';
import { readBootTime } from '../../src/sentinel/boot-time.ts';
import { openSentinels } from '../../src/sentinel/open.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';
import { quietLog } from './quiet-log.ts';

const never = new AbortController().signal;
const commandSettings = { commandTimeout: 1000, commandPeriod: 60_000 };

function deps(clock = new ManualClock()) {
  const run = async () => ({ is: 'exited', code: 1, output: '' }) as const;
  const round = { read: async () => null, keep: async () => true };
  return { clock, log: quietLog(), commands: { run }, round };
}

test('each configured file is one source, and the command one more', () => {
  const files = ['/run/reboot-required', '/run/reboot-needed', '/run/reboot-required'];
  const names = (command: readonly string[] | null) =>
    openSentinels({ files, command, ...commandSettings }, deps()).map(({ name }) => name);
  assert.deepEqual(names(null), ['/run/reboot-required', '/run/reboot-needed']);
  assert.deepEqual(names(['/bin/check', '-q']), ['/run/reboot-required', '/run/reboot-needed', '/bin/check']);
});

test('one file of several asks for the reboot', async (t) => {
  const folder = ownFolder(t);
  const files = ['reboot-required', 'reboot-needed'].map((name) => join(folder, name));
  const sources = openSentinels({ files, command: ['/bin/check'], ...commandSettings }, deps());
  const look = async () => sumNeeds(await Promise.all(sources.map((source) => source.look(never))));
  assert.equal((await look()).is, 'no');
  writeFileSync(files[1] ?? '', '');
  const found = await look();
  assert.equal(found.is === 'yes' && found.value.source, files[1]);
});

test('this boot began before now and before any file that is written now', async () => {
  const wall = 1_800_000_000_000;
  const booted = await readBootTime(new ManualClock({ wall }));
  assert.ok(booted.is === 'yes' && booted.value < wall && booted.value > 0);
});

test('an uptime that is missing or no number leaves the time of the boot unknown', async (t) => {
  const path = join(ownFolder(t), 'uptime');
  assert.equal((await readBootTime(new ManualClock(), path)).is, 'unknown');
  writeFileSync(path, 'soon\n');
  assert.equal((await readBootTime(new ManualClock(), path)).is, 'unknown');
  writeFileSync(path, '100.50 399.12\n');
  assert.deepEqual(await readBootTime(new ManualClock({ wall: 200_000 }), path), { is: 'yes', value: 99_500 });
});
