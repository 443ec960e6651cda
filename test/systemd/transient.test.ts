import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CommandResult } from '../../src/ports/commands.ts';
import { directCommands, transientCommands } from '../../src/systemd/transient.ts';
import { ManualClock } from '../fakes/clock.ts';
import {
  type Act,
  dies,
  env,
  fails,
  fakeProgram,
  fakeSystemctl,
  hangs,
  prints,
  silent,
  waiting,
} from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const limits = { timeout: 30_000 };

/** `systemctl show`, as systemd 252 and 257 print it (in an order of their own). */
function unit(result: string, code: number, status: number, load = 'loaded'): Act {
  return prints(`Result=${result}\nExecMainCode=${code}\nExecMainStatus=${status}\nLoadState=${load}`);
}

const forgotten = unit('success', 0, 0, 'not-found');

function fakes(t: TestContext, run: Act, show: Act, clock = new ManualClock()) {
  const { systemctl, calls } = fakeSystemctl(t, { show: show, 'reset-failed': silent, stop: silent }, clock);
  const program = fakeProgram(ownFolder(t), 'systemd-run', { '--wait': run });
  return {
    commands: transientCommands(program.file, systemctl, 'kured-host-command'),
    ran: program.calls,
    asked: calls,
    clock,
  };
}

/** Recorded with systemd 252: what systemd-run ended with, what the unit said then, and what the command had done. */
const ends: readonly (readonly [name: string, run: Act, show: Act, result: CommandResult])[] = [
  ['exit code 0', 'echo hi; echo err >&2', forgotten, { is: 'exited', code: 0, output: 'hi\nerr\n' }],
  ['exit code 7', 'echo hi; exit 7', unit('exit-code', 1, 7), { is: 'exited', code: 7, output: 'hi\n' }],
  ['exit code 1', 'exit 1', unit('exit-code', 1, 1), { is: 'exited', code: 1, output: '' }],
  ['SIGTERM of its own', 'exit 255', unit('signal', 2, 15), { is: 'killed', signal: 'SIGTERM', output: '' }],
  ['a core dump', 'exit 255', unit('core-dump', 3, 11), { is: 'killed', signal: 'SIGSEGV', output: '' }],
  ['its time ran out', 'echo so far; exit 1', unit('timeout', 2, 15), { is: 'timeout', output: 'so far\n' }],
  [
    'a file that is missing',
    fails('Failed to find executable /nope: No such file or directory'),
    forgotten,
    { is: 'missing', why: 'Failed to find executable /nope: No such file or directory' },
  ],
  [
    'systemd refuses to run anything',
    fails('Failed to start transient service unit: Access denied'),
    forgotten,
    { is: 'missing', why: 'Failed to start transient service unit: Access denied' },
  ],
  [
    'no bus, systemd 257',
    fails('Failed to connect to system scope bus via local transport: No such file or directory'),
    forgotten,
    { is: 'missing', why: 'Failed to connect to system scope bus via local transport: No such file or directory' },
  ],
  [
    'a file that is no program',
    'exit 203',
    unit('exit-code', 1, 203),
    { is: 'failed', why: 'systemd could not execute it (203/EXEC), or it ended with 203 by itself' },
  ],
  [
    'the connection is lost and the unit forgotten',
    fails('Failed to start transient service unit: Connection reset by peer'),
    forgotten,
    { is: 'failed', why: 'Failed to start transient service unit: Connection reset by peer' },
  ],
  ['systemd-run is killed', dies, forgotten, { is: 'failed', why: 'systemd-run was ended by SIGKILL' }],
  [
    'systemd does not answer afterwards',
    'exit 1',
    fails('Failed to get properties: Connection reset by peer'),
    { is: 'failed', why: 'systemctl show: Failed to get properties: Connection reset by peer' },
  ],
  [
    'no resources',
    'exit 1',
    unit('resources', 0, 0),
    { is: 'failed', why: 'its unit ended with the result "resources"' },
  ],
];

for (const [name, run, show, result] of ends) {
  test(`in a unit of its own: ${name} → ${result.is}`, async (t) => {
    const { commands } = fakes(t, run, show);
    assert.deepEqual(await commands.run(['/usr/bin/x', 'a'], limits, waiting), result);
  });
}

test('the unit is named after the command, bounded in time, and its arguments arrive as they are', async (t) => {
  const { commands, ran } = fakes(t, silent, forgotten);
  await commands.run(['/opt/my reboot.sh', '$HOME', '100%', '-x'], limits, waiting);
  await commands.run(['/opt/my reboot.sh', '$HOME', '100%', '-x'], limits, waiting);
  await commands.run(['/opt/my reboot.sh'], limits, waiting);
  const [first = '', again, other] = ran();
  assert.match(
    first,
    /^--quiet --wait --pipe --no-ask-password --unit=kured-host-command-my-reboot-sh-[0-9a-f]{12}\.service --service-type=oneshot --property=TimeoutStartSec=30000ms .* -- \/opt\/my reboot\.sh \$\$HOME 100% -x$/,
  );
  assert.equal(again, first, 'one command, one unit');
  const name = /--unit=\S+/;
  assert.notEqual(other?.match(name)?.[0], first.match(name)?.[0], 'another command, another unit');
});

test('a unit that failed is asked and tidied up; one that succeeded needs neither', async (t) => {
  const failed = fakes(t, 'exit 7', unit('exit-code', 1, 7));
  await failed.commands.run(['/usr/bin/x'], limits, waiting);
  assert.deepEqual(
    failed.asked().map((call) => / (show|reset-failed|stop) /.exec(call)?.[1]),
    ['show', 'reset-failed'],
  );
  const succeeded = fakes(t, silent, forgotten);
  await succeeded.commands.run(['/usr/bin/x'], limits, waiting);
  assert.deepEqual(succeeded.asked(), []);
});

const inTheWay = fails(
  'Failed to start transient service unit: Unit kured-host-command-x-0123456789ab.service was already loaded or has a fragment file.',
);

test('a failed unit that was left over is tidied up and the command run', async (t) => {
  const { commands, ran, asked } = fakes(
    t,
    `if [ "$(wc -l <"$0.calls")" = 1 ]; then\n${inTheWay}\nfi\necho ran`,
    forgotten,
  );
  assert.deepEqual(await commands.run(['/usr/bin/x'], limits, waiting), { is: 'exited', code: 0, output: 'ran\n' });
  assert.equal(ran().length, 2);
  assert.match(asked()[0] ?? '', /reset-failed kured-host-command-x-/);
});

test('a command whose earlier run has not ended is not run twice, and that run is left alone', async (t) => {
  const { commands, asked } = fakes(t, inTheWay, forgotten);
  assert.deepEqual(await commands.run(['/usr/bin/x'], limits, waiting), {
    is: 'failed',
    why: 'an earlier run of it has not ended yet',
  });
  assert.equal(asked().length, 1);
});

test('an abort stops the unit', async (t) => {
  const stop = new AbortController();
  const { commands, asked } = fakes(t, hangs, forgotten);
  const result = commands.run(['/usr/bin/x'], limits, stop.signal);
  stop.abort();
  assert.deepEqual(await result, { is: 'failed', why: 'it was no longer waited for' });
  assert.match(asked()[0] ?? '', /stop --no-block kured-host-command-x-/);
  assert.equal((await commands.run(['/usr/bin/x'], limits, stop.signal)).is, 'failed');
  assert.equal(asked().length, 1, 'aborted before the start: nothing is stopped');
});

test('a systemd-run that does not come back is given up some time after the command', async (t) => {
  const { commands, asked, clock } = fakes(t, hangs, forgotten);
  const result = commands.run(['/usr/bin/x'], limits, waiting);
  await clock.advance(45_000);
  assert.deepEqual(await result, { is: 'timeout', output: '' });
  assert.match(asked()[0] ?? '', /stop --no-block/);
});

test('one that takes the place of what was left over is not started after its moment', async (t) => {
  const clock = new ManualClock();
  const { commands, ran } = fakes(t, inTheWay, forgotten, clock);
  // Its moment passes as the first one was started.
  t.mock.method(clock, 'mono', () => (ran().length === 0 ? 0 : 5_001));
  assert.deepEqual(await commands.run(['/usr/bin/x'], { ...limits, before: 5_000 }, waiting), {
    is: 'missing',
    why: 'systemd-run was not started: what permits it has grown too old',
  });
  assert.equal(ran().length, 1);
});

test('without systemd-run nothing was started', async (t) => {
  const { systemctl } = fakeSystemctl(t, {});
  const result = await transientCommands('/nowhere/systemd-run', systemctl, 'x').run(['/usr/bin/x'], limits, waiting);
  assert.equal(result.is, 'missing');
});

const direct: readonly (readonly [argv: readonly string[], result: CommandResult])[] = [
  [['/bin/sh', '-c', 'echo "$LC_ALL"; echo err >&2; exit 3'], { is: 'exited', code: 3, output: 'C\nerr\n' }],
  [['/bin/echo', '$HOME'], { is: 'exited', code: 0, output: '$HOME\n' }],
  [['/bin/sh', '-c', 'kill -TERM $$'], { is: 'killed', signal: 'SIGTERM', output: '' }],
];

for (const [argv, result] of direct) {
  test(`as a child: ${argv.join(' ')} → ${result.is}`, async () => {
    const commands = directCommands({ env, clock: new ManualClock() });
    assert.deepEqual(await commands.run(argv, limits, waiting), result);
  });
}

test('as a child: a file that is not there is missing, a time that runs out ends it', async () => {
  const clock = new ManualClock();
  const commands = directCommands({ env, clock });
  assert.equal((await commands.run(['/nowhere/x'], limits, waiting)).is, 'missing');
  const result = commands.run(['/bin/sleep', '1000'], limits, waiting);
  await clock.advance(30_000);
  assert.deepEqual(await result, { is: 'timeout', output: '' });
});

test('what a command is given it finds on its standard input, and nothing where it is given nothing', async (t) => {
  const transient = fakes(t, 'cat', forgotten).commands;
  const direct = directCommands({ env, clock: new ManualClock() });
  const text = `${'ü'.repeat(40_000)}\n`;
  for (const [commands, argv] of [
    [transient, ['/usr/bin/tell']],
    [direct, ['/bin/cat']],
  ] as const) {
    const read = (input?: string) => commands.run(argv, input === undefined ? limits : { ...limits, input }, waiting);
    assert.deepEqual(await read('a "b" $c\n'), { is: 'exited', code: 0, output: 'a "b" $c\n' });
    assert.deepEqual(await read(), { is: 'exited', code: 0, output: '' });
    const long = await read(text);
    assert.ok(long.is === 'exited' && long.code === 0 && long.output.length > 20_000);
  }
  // Longer than a pipe holds, and read by nobody.
  const deaf = await direct.run(['/bin/true'], { ...limits, input: text.repeat(3) }, waiting);
  assert.deepEqual(deaf, { is: 'exited', code: 0, output: '' });
});
