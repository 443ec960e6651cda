import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { commandTarget } from '../../src/notify/command.ts';
import { deliver } from '../../src/notify/deliver.ts';
import type { Delivery } from '../../src/notify/message.ts';
import { openNotifier } from '../../src/notify/open.ts';
import { directCommands } from '../../src/systemd/transient.ts';
import { ManualClock, realClock } from '../fakes/clock.ts';
import { settings } from '../fleet/fleet.ts';
import { silentLog } from '../fleet/machine.ts';

const never = new AbortController().signal;
const message = {
  id: 'abc123',
  moment: 'draining',
  node: 'worker-1',
  why: 'libc6 "; rm -rf / $(id)',
  at: '2026-01-05T08:00:00Z',
  text: 'Draining worker-1, übermorgen',
} as const;

/** A real program of that shell text, which is told the message once; `got` is what it kept. */
function told(t: TestContext, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tell-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'tell');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return {
    program,
    got: () => readFileSync(join(folder, 'got'), 'utf8'),
    tell(clock = realClock(), signal = never): Promise<Delivery> {
      const commands = directCommands({ env: { PATH: '/usr/bin:/bin', GOT: join(folder, 'got') }, clock });
      const target = commandTarget([program, '--now']);
      return deliver({ clock, ca: async () => assert.fail('a command needs none'), commands }, target, message, signal);
    },
  };
}

describe('a message to a command', { timeout: 30_000 }, () => {
  it('is one line of JSON on its standard input, with every field', async (t) => {
    const { tell, got } = told(t, 'echo "$@" >"$GOT"; cat >>"$GOT"');
    assert.deepEqual(await tell(), { is: 'sent' });
    const [args, line = '', ...more] = got().split('\n');
    assert.equal(args, '--now');
    assert.deepEqual(JSON.parse(line), message);
    assert.deepEqual(more, ['']);
  });

  it('is sent where the command does not read it', async (t) => {
    assert.deepEqual(await told(t, 'exec <&-; exit 0').tell(), { is: 'sent' });
  });

  const failures: readonly (readonly [script: string, why: RegExp])[] = [
    ['echo no such user >&2; exit 3', /^it ends with exit code 3: no such user$/],
    ['exit 1', /^it ends with exit code 1$/],
    ['kill -TERM $$', /^it is ended by SIGTERM$/],
    ['printf "\\033red"; exit 9', /^it ends with exit code 9: \S+red$/],
  ];
  for (const [script, why] of failures) {
    it(`is tried again after: ${script}`, async (t) => {
      const delivery = await told(t, script).tell();
      assert.ok(delivery.is === 'failed' && delivery.after === null);
      assert.match(delivery.why, why);
      assert.doesNotMatch(delivery.why, /\p{Cc}/u);
    });
  }

  it('is tried again where the command is gone', async (t) => {
    const { program, tell } = told(t, '');
    rmSync(program);
    const delivery = await tell();
    assert.match(delivery.is === 'failed' ? delivery.why : delivery.is, /ENOENT/);
  });

  it('is given up for now after ten seconds, and the command is ended', async (t) => {
    const { tell, got } = told(t, 'echo $$ >"$GOT"; exec sleep 1000');
    const clock = new ManualClock();
    const telling = tell(clock);
    const pid = await written(got);
    await clock.advance(9_999);
    assert.equal(runs(pid), true);
    await clock.advance(1);
    assert.deepEqual(await telling, { is: 'failed', why: 'it does not end within 10 s', after: null });
    assert.equal(runs(pid), false);
  });

  it('is ended with the service', async (t) => {
    const { tell, got } = told(t, 'echo $$ >"$GOT"; exec sleep 1000');
    const stop = new AbortController();
    const telling = tell(realClock(), stop.signal);
    await written(got);
    stop.abort();
    assert.equal((await telling).is, 'failed');
  });

  it('reaches it where nobody else is told', async (t) => {
    const { program, got } = told(t, 'cat >"$GOT"');
    const clock = realClock();
    const stop = new AbortController();
    t.after(() => stop.abort());
    const outcomes: string[] = [];
    const notifier = openNotifier({
      settings: () => ({ ...settings.notifications, command: [program], moments: ['draining'] }),
      memory: { read: async () => null, keep: async () => null },
      commands: directCommands({ env: { PATH: '/usr/bin:/bin', GOT: join(program, '../got') }, clock }),
      clock,
      log: silentLog,
      count: (outcome) => void outcomes.push(outcome),
      signal: stop.signal,
    });
    for (const moment of ['needed', 'draining'] as const)
      notifier.tell({ moment, node: 'a', why: 'w', since: null }, null);
    await notifier.flush();
    assert.deepEqual(outcomes, ['sent']);
    assert.equal((JSON.parse(got()) as { text: string }).text, 'Draining node a: w');
  });

  it('is named by the program, and another command in its place gets what still waits', () => {
    assert.equal(commandTarget(['/usr/bin/a\u001b', 's3cret']).name.includes('s3cret'), false);
    assert.equal(commandTarget(['/usr/bin/a']).key, commandTarget(['/usr/bin/b']).key);
  });
});

async function written(got: () => string): Promise<number> {
  for (;;) {
    try {
      const pid = Number.parseInt(got(), 10);
      if (pid > 0) return pid;
    } catch {
      // Not yet.
    }
    await realClock().sleep(5, never);
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
