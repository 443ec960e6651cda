import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../src/ports/clock.ts';
import type { CommandResult, LastingProgram } from '../../src/ports/commands.ts';
import { lastingPrograms } from '../../src/systemd/lasting.ts';
import { directPrograms } from '../../src/systemd/transient.ts';
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

/** Time that passes in sleeps alone, and there at once: programs take none. */
class SleepingClock extends ManualClock {
  #slept = 0;

  override mono(): number {
    return super.mono() + this.#slept;
  }

  override async sleep(ms: number): Promise<void> {
    this.#slept += ms;
  }
}

const program: LastingProgram = {
  path: '/etc/kured-host/hooks/before-drain.d/10-x',
  name: 'hook-before-drain-10-x-0123abcd',
  run: 'before-drain claim-1',
  env: { KURED_HOST_NODE: 'n1' },
  fields: { KURED_HOOK: '/etc/x' },
  timeout: 30_000,
};
const unit = 'kured-host-hook-before-drain-10-x-0123abcd.service';
const description = 'kured-host hook-before-drain-10-x-0123abcd for before-drain claim-1';
const never = new AbortController().signal;
const ends = { stop: never, leave: never };

/** `systemctl show`, as systemd 252, 257 and 262 print it, in an order of their own. */
function shows(state: Readonly<Record<string, string>>): string {
  const all = {
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'exited',
    Job: '',
    Description: description,
    ...state,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

const nothing = shows({ LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead', Description: unit });
const running = shows({ ActiveState: 'activating', SubState: 'start', Result: 'success', Job: '17' });
const succeeded = shows({ Result: 'success', ExecMainCode: '1', ExecMainStatus: '0' });
const failedAs = (result: string, code: number, status: number) =>
  shows({
    ActiveState: 'failed',
    SubState: 'failed',
    Result: result,
    ExecMainCode: `${code}`,
    ExecMainStatus: `${status}`,
  });
const ofAnother = (text: string) => text.replace('claim-1', 'claim-0');

/** A systemd whose unit shows these states, one after the other, the last one for ever. */
function fakes(t: TestContext, states: readonly string[], run: Act = silent, clock: Clock = new SleepingClock()) {
  const turns = states
    .map((state, at) => `${at === states.length - 1 ? '*' : at + 1})\n${prints(state)}\n;;`)
    .join('\n');
  const show = `n=$(($(cat "$0.n" 2>/dev/null || echo 0) + 1)); echo $n >"$0.n"\ncase $n in\n${turns}\nesac`;
  const { systemctl, calls } = fakeSystemctl(t, { show, 'reset-failed': silent, stop: silent }, clock);
  const systemdRun = fakeProgram(ownFolder(t), 'systemd-run', { '--unit': run });
  const asked = () => calls().map((call) => / (show|stop|reset-failed) /.exec(` ${call}`)?.[1]);
  const words = () => calls().map((call) => call.replace('--system --no-pager --no-ask-password ', ''));
  return { programs: lastingPrograms(systemdRun.file, systemctl), ran: systemdRun.calls, asked, calls: words };
}

const results: readonly (readonly [name: string, run: Act, states: readonly string[], result: CommandResult])[] = [
  ['exit code 0', silent, [nothing, succeeded], { is: 'exited', code: 0, output: '' }],
  ['exit code 3', 'exit 1', [nothing, failedAs('exit-code', 1, 3)], { is: 'exited', code: 3, output: '' }],
  ['its time ran out', 'exit 1', [nothing, failedAs('timeout', 2, 15)], { is: 'timeout', output: '' }],
  ['a signal', 'exit 1', [nothing, failedAs('signal', 2, 9)], { is: 'killed', signal: 'SIGKILL', output: '' }],
  [
    'systemd refuses to run anything',
    fails('Failed to start transient service unit: Access denied'),
    [nothing],
    { is: 'missing', why: 'Failed to start transient service unit: Access denied' },
  ],
  [
    'it was stopped by somebody and forgotten',
    silent,
    [nothing, nothing],
    { is: 'failed', why: 'its unit is gone, so nobody can tell what became of it' },
  ],
  [
    'systemd-run was killed and the unit forgotten',
    dies,
    [nothing, nothing],
    { is: 'failed', why: 'systemd-run was cut off, and nobody can tell what became of it' },
  ],
];

for (const [name, run, states, result] of results) {
  test(`a program that outlives the service: ${name} → ${result.is}`, async (t) => {
    const { programs } = fakes(t, states, run);
    assert.deepEqual(await programs.run(program, ends, assert.fail), result);
  });
}

test('it runs with what systemd gives, under a name and a description of its own, and writes to the journal as kured-host', async (t) => {
  const { programs, ran, calls } = fakes(t, [nothing, succeeded]);
  await programs.run(program, ends, assert.fail);
  const [line = '', more] = ran();
  assert.equal(more, undefined);
  for (const part of [
    `--unit=${unit} `,
    `--description=${description} `,
    '--service-type=oneshot --remain-after-exit ',
    '--property=TimeoutStartSec=30000ms ',
    '--property=SyslogIdentifier=kured-host ',
    '--property=LogExtraFields=KURED_HOOK=/etc/x ',
    '--property=LogExtraFields=OBJECT_SYSTEMD_UNIT=kured-host.service ',
    '--setenv=KURED_HOST_NODE=n1 -- /etc/kured-host/hooks/before-drain.d/10-x',
  ])
    assert.ok(line.includes(part), `${part} in ${line}`);
  assert.ok(!/--pipe|--wait|--collect/.test(line), 'nothing of it hangs on this process');
  assert.deepEqual(calls().slice(-2), [`stop ${unit}`, `reset-failed ${unit}`], 'put away once its result is known');
});

test('a run for the same that an earlier process began is waited for, told once, and its result is the result', async (t) => {
  const { programs, ran } = fakes(t, [running, running, running, failedAs('exit-code', 1, 3)]);
  let found = 0;
  const result = programs.run(program, ends, () => {
    found += 1;
  });
  assert.deepEqual(await result, { is: 'exited', code: 3, output: '' });
  assert.deepEqual([ran(), found], [[], 1]);
});

test('one that ended while no process was there counts as well, and is not run again', async (t) => {
  const { programs, ran, asked } = fakes(t, [succeeded]);
  assert.deepEqual(await programs.run(program, ends, assert.fail), { is: 'exited', code: 0, output: '' });
  assert.deepEqual([ran(), asked()], [[], ['show', 'stop', 'reset-failed']]);
});

test('a run for something else is waited for, put away, and does not count: the program is run anew', async (t) => {
  const { programs, ran, asked } = fakes(t, [
    ofAnother(running),
    ofAnother(succeeded),
    nothing,
    failedAs('exit-code', 1, 4),
  ]);
  const result = programs.run(program, ends, () => {});
  assert.deepEqual(await result, { is: 'exited', code: 4, output: '' });
  assert.equal(ran().length, 1);
  assert.deepEqual(asked().slice(0, 4), ['show', 'show', 'stop', 'reset-failed']);
});

test('a unit that another got in between is looked at, and not started a second time', async (t) => {
  const inTheWay = fails(
    `Failed to start transient service unit: Unit ${unit} was already loaded or has a fragment file.`,
  );
  const { programs, ran } = fakes(t, [nothing, succeeded], inTheWay);
  const result = programs.run(program, ends, () => {});
  assert.deepEqual(await result, { is: 'exited', code: 0, output: '' });
  assert.equal(ran().length, 1);
});

test('a start that systemd-run was cut off from is waited for by looking', async (t) => {
  const { programs } = fakes(t, [nothing, running, running, succeeded], dies);
  const result = programs.run(program, ends, assert.fail);
  assert.deepEqual(await result, { is: 'exited', code: 0, output: '' });
});

test('a run that systemd does not end in its time is given up, and nobody can tell', async (t) => {
  const { programs } = fakes(t, [running]);
  const result = programs.run(program, ends, () => {});
  assert.deepEqual(await result, { is: 'failed', why: `${unit} was not ended in its time` });
});

test('a systemd that does not answer for a moment is asked again; one that goes on so is no success', async (t) => {
  const mute = fails('Failed to get properties: Connection reset by peer');
  const clock = new SleepingClock();
  const { systemctl } = fakeSystemctl(t, { show: mute, stop: silent, 'reset-failed': silent }, clock);
  const systemdRun = fakeProgram(ownFolder(t), 'systemd-run', { '--unit': silent });
  const result = lastingPrograms(systemdRun.file, systemctl).run(program, ends, assert.fail);
  assert.deepEqual(await result, {
    is: 'failed',
    why: 'systemctl show: Failed to get properties: Connection reset by peer',
  });
  assert.deepEqual(systemdRun.calls(), []);
});

test('told to stop, it ends the unit before it answers', async (t) => {
  const stop = new AbortController();
  const { programs, calls } = fakes(t, [nothing, running], hangs);
  const result = programs.run(program, { stop: stop.signal, leave: never }, assert.fail);
  await begun(calls);
  stop.abort();
  assert.deepEqual(await result, { is: 'failed', why: 'it was no longer waited for' });
  assert.deepEqual(calls().slice(-2), [`stop ${unit}`, `reset-failed ${unit}`]);
});

test('told to leave, it answers at once and leaves the unit to itself', async (t) => {
  const leave = new AbortController();
  const { programs, calls } = fakes(t, [nothing, running], hangs);
  const result = programs.run(program, { stop: never, leave: leave.signal }, assert.fail);
  await begun(calls);
  leave.abort();
  assert.equal((await result).is, 'failed');
  assert.deepEqual(
    calls().filter((call) => !call.startsWith('show')),
    [],
  );
});

test('what an earlier process left running is ended by the beginning of its name', async (t) => {
  const { programs, calls } = fakes(t, [running]);
  await programs.endAll('hook-before-');
  assert.deepEqual(calls(), ['stop kured-host-hook-before-*.service', 'reset-failed kured-host-hook-before-*.service']);
});

test('without systemd a program is a child: nothing of it is left to wait for when this process ends', async () => {
  const programs = directPrograms({ env, clock: new ManualClock() });
  const sh = { ...program, path: '/bin/true' };
  assert.deepEqual(await programs.run(sh, ends, assert.fail), { is: 'exited', code: 0, output: '' });
  assert.equal((await programs.run({ ...sh, path: '/bin/false' }, ends, assert.fail)).is, 'exited');
  assert.equal((await programs.run({ ...sh, path: '/nowhere' }, ends, assert.fail)).is, 'missing');
  const leave = AbortSignal.abort();
  assert.equal((await programs.run(sh, { stop: waiting, leave }, assert.fail)).is, 'failed');
});

/** The first look was taken, so the start is under way. */
async function begun(calls: () => readonly string[]): Promise<void> {
  while (calls().length === 0) await new Promise((resolve) => setImmediate(resolve));
}
