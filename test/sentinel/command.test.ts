import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/core/answer.ts';
import { coveredBy } from '../../src/core/need-sum.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import type { CommandResult, CommandRunner } from '../../src/ports/commands.ts';
import type { RoundMemory } from '../../src/ports/host.ts';
import { commandSentinel } from '../../src/sentinel/command.ts';
import { ManualClock } from '../fakes/clock.ts';

const never = new AbortController().signal;
const argv = ['/usr/bin/needs-restarting', '-r'];
const hour = 3_600_000;

function sentinel(result: CommandResult, ran: (readonly string[])[] = []) {
  const commands: CommandRunner = {
    run: async (what, limits) => {
      ran.push([...what, String(limits.timeout)]);
      return result;
    },
  };
  return commandSentinel(
    { argv, timeout: 30_000, period: hour },
    { clock: new ManualClock(), commands, round: kept() },
  );
}

/** What is kept over restarts of the service; `writable` false: a full disk. */
interface Kept extends RoundMemory {
  round: number | null;
  writable: boolean;
}

function kept(): Kept {
  return {
    round: null,
    writable: true,
    async read() {
      return this.round;
    },
    async keep(round) {
      if (this.writable) this.round = round;
      return this.writable;
    },
  };
}

/** The names of the needs that a command asks for, one look each; between two lists of results the service is restarted. */
async function namesOver(round: Kept, ...lives: readonly (readonly CommandResult[])[]): Promise<string[]> {
  const names: string[] = [];
  for (const results of lives) {
    const left = [...results];
    const commands: CommandRunner = { run: async () => left.shift() ?? assert.fail() };
    const source = commandSentinel({ argv, timeout: 1, period: 1 }, { clock: new ManualClock(), commands, round });
    for (const _ of results) {
      const answer = await source.look(never);
      if (answer.is === 'yes') names.push(answer.value.fingerprint);
    }
  }
  return names;
}

const required: CommandResult = { is: 'exited', code: 0, output: 'reboot' };
const notRequired: CommandResult = { is: 'exited', code: 1, output: '' };
const broken: CommandResult = { is: 'timeout', output: '' };
const none: readonly CommandResult[] = [];

const rounds: readonly [title: string, lives: readonly (readonly CommandResult[])[], same: boolean][] = [
  ['the same output again', [[required, required]], true],
  ['a no in between', [[required, notRequired, required]], false],
  ['a no before a restart', [[required, notRequired], [required]], false],
  ['a no after a restart', [[required], [notRequired, required]], false],
  ['a restart', [[required], [required]], true],
  ['a restart after many a no', [[notRequired, notRequired, required], [required]], true],
  ['a command that failed in between', [[required, broken, required], [broken], none], true],
];

for (const [title, lives, same] of rounds) {
  test(`${title} ${same ? 'asks for the same reboot' : 'makes it a need of its own'}`, async () => {
    const [first = '', last = ''] = await namesOver(kept(), ...lives);
    assert.equal(coveredBy(last, first), same);
    assert.ok(coveredBy(first, first));
  });
}

test('a round that could not be kept does not count, so that after a power cut nothing met looks new', async () => {
  const memory = kept();
  const [first = ''] = await namesOver(memory, [notRequired, required]);
  memory.writable = false;
  const [second = ''] = await namesOver(memory, [notRequired, required]);
  assert.ok(coveredBy(second, first));
  memory.writable = true;
  const [third = ''] = await namesOver(memory, [notRequired, required]);
  assert.ok(!coveredBy(third, second));
});

test('memory that is lost makes a need the one that was met, and a later no makes it a new one', async () => {
  const [met = ''] = await namesOver(kept(), [notRequired, required]);
  const [lost = ''] = await namesOver(kept(), [required]);
  assert.ok(coveredBy(lost, met));
  const later = kept();
  later.round = Number(met.split('@')[1]);
  const [next = ''] = await namesOver(later, [notRequired, required]);
  assert.ok(!coveredBy(next, met));
});

const contract: readonly { result: CommandResult; answer: Answer<unknown>['is']; says?: RegExp }[] = [
  { result: { is: 'exited', code: 0, output: 'kernel' }, answer: 'yes' },
  { result: { is: 'exited', code: 0, output: '' }, answer: 'yes' },
  { result: { is: 'exited', code: 1, output: 'whatever' }, answer: 'no' },
  { result: { is: 'exited', code: 2, output: 'a\nb' }, answer: 'unknown', says: /exit code 2, .*: a\\nb$/ },
  { result: { is: 'exited', code: 255, output: '' }, answer: 'unknown', says: /exit code 255/ },
  { result: { is: 'exited', code: -1, output: '' }, answer: 'unknown', says: /exit code -1/ },
  { result: { is: 'killed', signal: 'SIGKILL', output: '' }, answer: 'unknown', says: /ended by SIGKILL/ },
  { result: { is: 'timeout', output: '' }, answer: 'unknown', says: /no end within 30 s/ },
  { result: { is: 'missing', why: 'no such file' }, answer: 'unknown', says: /no such file/ },
  { result: { is: 'failed', why: 'systemd-run did not answer' }, answer: 'unknown', says: /did not answer/ },
];

for (const { result, answer, says } of contract) {
  test(`${JSON.stringify(result)} answers ${answer}`, async () => {
    const found = await sentinel(result).look(never);
    assert.equal(found.is, answer);
    if (found.is === 'unknown') assert.match(reasonSentence(found.reason), says ?? assert.fail());
  });
}

test('the command is run as configured, with its time', async () => {
  const ran: (readonly string[])[] = [];
  await sentinel({ is: 'exited', code: 1, output: '' }, ran).look(never);
  assert.deepEqual(ran, [[...argv, '30000']]);
});

test('the output names the need and is told in bounded lines', async () => {
  const need = async (output: string) => {
    const found = await sentinel({ is: 'exited', code: 0, output }).look(never);
    return found.is === 'yes' ? found.value : assert.fail();
  };
  const one = await need(' kernel\nglibc\x1b[2J\n');
  assert.deepEqual(one.reasons, ['kernel', 'glibc\\x1b[2J']);
  assert.equal(one.older, false);
  assert.equal((await need('kernel\nglibc\x1b[2J')).fingerprint, one.fingerprint);
  assert.notEqual((await need('kernel')).fingerprint, one.fingerprint);
});

test('a runner that throws is unknown, never no', async () => {
  const commands: CommandRunner = { run: () => Promise.reject(new Error('out of memory')) };
  const broken = commandSentinel(
    { argv, timeout: 1, period: 1 },
    { clock: new ManualClock(), commands, round: kept() },
  );
  assert.equal((await broken.look(never)).is, 'unknown');
});

test('two looks at once never run the command twice at once', async () => {
  let running = 0;
  const commands: CommandRunner = {
    run: async () => {
      running += 1;
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(running, 1);
      running -= 1;
      return { is: 'exited', code: 1, output: '' };
    },
  };
  const slow = commandSentinel({ argv, timeout: 1, period: 1 }, { clock: new ManualClock(), commands, round: kept() });
  const answers = await Promise.all([slow.look(never), slow.look(never), slow.look(never)]);
  assert.deepEqual(
    answers.map(({ is }) => is),
    ['no', 'no', 'no'],
  );
});

test('a hint comes once a period, even one longer than the clock sleeps at once, and none after the abort', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const commands: CommandRunner = { run: () => assert.fail('watching runs nothing') };
  const moments: number[] = [];
  commandSentinel({ argv, timeout: 1, period: hour }, { clock, commands, round: kept() }).watch(
    () => moments.push(clock.mono()),
    stop.signal,
  );
  await clock.advance(2.5 * hour);
  assert.deepEqual(moments, [hour, 2 * hour]);
  stop.abort();
  await clock.advance(2 * hour);
  assert.equal(moments.length, 2);
  assert.equal(clock.untilNext(), null);
});

test('a command that could not tell is asked again within a minute, and then once a period', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  let result: CommandResult = { is: 'timeout', output: '' };
  const commands: CommandRunner = { run: async () => result };
  const source = commandSentinel({ argv, timeout: 1, period: hour }, { clock, commands, round: kept() });
  const moments: number[] = [];
  source.watch(() => {
    moments.push(clock.mono() / 60_000);
    if (moments.length === 3) result = { is: 'exited', code: 1, output: '' };
    void source.look(never);
  }, stop.signal);
  await source.look(never);
  await clock.advance(2 * hour);
  assert.deepEqual(moments, [1, 2, 3, 63]);
  stop.abort();
});
