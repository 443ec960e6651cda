import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { after, afterEach, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fingerprint } from '../../src/sentinel/fingerprint.ts';
import { realClock } from '../fakes/clock.ts';
import { serve } from '../http/server.ts';
import { Bench, type Ran } from './bench.ts';

const holder = fileURLToPath(new URL('../host-adapters/lock-holder.ts', import.meta.url));
/** A window that is open on one weekday in UTC, and what --at takes for a moment inside and outside. */
const saturday = 'maintenance: {windows: [{days: sat}]}';
/** So that it can be rebooted where systemd does not run. */
const byCommand = 'reboot: {method: command, command: [/bin/true]}\n';
const [inside, outside] = ['2026-11-28T12:00:00Z', '2026-11-29T00:00:00Z'];

describe('check', { timeout: 60_000 }, () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.open({ bare: true });
    bench.file('etc/kured-host/config.d/50-method.yaml', byCommand);
    // What needs the cluster would fail: nobody is there to be asked.
    await bench.server.stop();
  });
  after(async () => await bench[Symbol.asyncDispose]());
  afterEach(() => {
    rmSync(bench.path('reboot-required'), { force: true });
    rmSync(bench.path('state'), { force: true, recursive: true });
  });

  /** By its own program: the native library is found beside it. */
  const run = (text: string, ...args: readonly string[]): Promise<Ran> => {
    bench.configure(text);
    return bench.start(['check', ...args], '', { program: holder }).ended;
  };
  const json = async (text: string, ...args: readonly string[]) => {
    const { code, out } = await run(text, '--json', ...args);
    return { code, ...JSON.parse(out) };
  };

  it('ends with 0 where nothing is against a reboot, needed or not', async () => {
    const { code, permission, reasons, need } = await json(saturday, '--at', inside);
    assert.deepEqual([code, permission, reasons, need], [0, 'allowed', [], { required: 'no', text: '', since: null }]);
    bench.file('reboot-required', '');
    const needed = await json(saturday, '--at', inside);
    assert.deepEqual([needed.code, needed.need.required], [0, 'yes']);
    assert.match((await run(saturday, '--at', inside)).out, /^allowed\na reboot is needed \(.*reboot-required/);
  });

  it('ends with 1 where something refuses, and tells every reason with its source', async (t) => {
    const lock = bench.file('var/lib/dpkg/lock-frontend', '');
    await locked(t, lock);
    const { code, permission, reasons } = await json(saturday, '--at', outside);
    assert.deepEqual([code, permission], [1, 'refused']);
    assert.deepEqual(
      reasons.map((it: { code: string; source: string }) => [it.source, it.code]),
      [
        ['windows', 'window-closed'],
        ['package manager', 'packages-changing'],
      ],
    );
    assert.deepEqual([reasons[0].since, reasons[1].since], ['2026-11-29T00:00:00Z', null]);
    assert.equal(reasons[0].message, 'outside the maintenance windows; the next one opens Sat 2026-12-05 00:00 UTC');
    const { out } = await run(saturday, '--at', outside);
    assert.match(out, /^refused\n- windows: outside .*\n {2}remedy: .*\n- package manager: packages are being changed/);
    assert.match(out, /not asked: the pool's Lease.*; the Node: whether a person holds it, or asks for a reboot of it/);
  });

  it('ends with 3 where it cannot tell: a sentinel, and a clock that is behind', async () => {
    const sentinel = await json(
      '',
      '--config',
      bench.file('s.yaml', `${byCommand}sentinel: {command: [/bin/sh, -c, "exit 7"]}\n`),
    );
    assert.deepEqual([sentinel.code, sentinel.permission, sentinel.need.required], [3, 'unknown', 'unknown']);
    assert.deepEqual([sentinel.reasons[0].source, sentinel.reasons[0].code], ['sentinel', 'need-unknown']);
    bench.configure(saturday);
    const built = realClock().now().wall + 3_600_000;
    const behind = await bench.start(['check'], '', { built }).ended;
    assert.equal(behind.code, 3);
    assert.match(behind.out, /^unknown\n- windows: cannot tell whether a maintenance window is open: the clock shows /);
  });

  it('knows since when the daemon has seen the need wait, and so whether the deadline has passed', async () => {
    bench.file('reboot-required', '');
    const text = `${saturday.replace('}]}', '}], deadline: 168h}')}`;
    assert.equal((await json(text, '--at', outside)).code, 1);
    // A command's need is named by its output alone.
    const config = bench.file(
      'c.yaml',
      `${byCommand}${text}\nsentinel: {files: [], command: [/bin/sh, -c, "echo kernel"]}\n`,
    );
    const { need } = await json('', '--config', config, '--at', outside);
    assert.equal(need.since, null);
    const waiting = { fingerprint: fingerprint(['command', 'kernel']), since: Date.parse('2026-11-22T00:00:00Z') };
    bench.file('state/memory.json', JSON.stringify({ backOff: null, waiting }));
    const late = await json('', '--config', config, '--at', outside);
    assert.deepEqual([late.code, late.need.since], [0, '2026-11-22T00:00:00Z']);
    assert.equal((await json('', '--config', config, '--at', '2026-11-28T23:59:59Z')).code, 0, 'Saturday');
    bench.file('state/memory.json', JSON.stringify({ backOff: null, waiting: { ...waiting, fingerprint: 'another' } }));
    assert.equal((await json('', '--config', config, '--at', outside)).code, 1);
  });

  it('asks Prometheus, within a bound where it says nothing', async () => {
    const body = { status: 'success', data: { resultType: 'vector', result: [{ metric: { alertname: 'Down' } }] } };
    await using firing = await serve((_request, response) => void response.end(JSON.stringify(body)));
    await using hanging = await serve(() => {});
    const at = (url: URL, more = '') => `blockers: {prometheus: {url: "${url.origin}"${more}}}`;
    const refused = await json(at(firing.url));
    assert.deepEqual(
      [refused.code, refused.reasons[0].source, refused.reasons[0].code],
      [1, 'Prometheus', 'alerts-active'],
    );
    const unknown = await run(at(hanging.url, ', timeout: 1s'));
    assert.equal(unknown.code, 3);
    assert.match(unknown.out, /^unknown\n- Prometheus: .*: no answer within 1000 ms\n {2}remedy: /);
  });

  it('says of the pods of this node that the cluster cannot be reached, and asks it only where some are named', async () => {
    const { code, reasons } = await json('blockers: {pods: [app=backup]}');
    assert.deepEqual([code, reasons[0].source, reasons[0].code], [3, 'pods', 'permission-unknown']);
    assert.match(reasons[0].message, /: the pods of this node: .+/);
    assert.equal((await json('')).code, 0);
  });

  it('runs the commands that may be against a reboot, and none that others may write', async () => {
    const script = (name: string, text: string, mode: number) => {
      const file = bench.file(name, `#!/bin/sh\n${text}\n`);
      chmodSync(file, mode);
      return file;
    };
    const busy = script('busy', 'echo "array $1 is rebuilt"; exit 1', 0o755);
    const quiet = script('quiet', 'exit 0', 0o755);
    const open = script('open', 'exit 0', 0o757);
    const all = `blockers: {commands: [{command: [${busy}, md0]}, ${quiet}, ${open}]}`;
    const { code, permission, reasons } = await json(all);
    assert.deepEqual([code, permission], [1, 'refused']);
    assert.deepEqual(
      reasons.map(({ code: of, source }: { code: string; source: string }) => [source, of]),
      [
        ['commands', 'command-blocks'],
        ['commands', 'permission-unknown'],
      ],
    );
    assert.match(reasons[0].message, /busy md0 is against a reboot: array md0 is rebuilt$/);
    assert.match(reasons[1].message, /it is not run, because others than root may write to \S+open \(mode 0757\)$/);
    assert.equal((await json(`blockers: {commands: ${quiet}}`)).code, 0);
  });

  it('ends with 2 and 78 for what it cannot read, and asks nothing then', async () => {
    assert.deepEqual((await run('', '--at', 'tomorrow')).code, 2);
    const wrong = await run('maintenance: {windows: [{days: someday}]}');
    assert.deepEqual([wrong.code, wrong.out], [78, '']);
    const server = await run('blockers: {prometheus: {url: "http://u:hunter2@p"}}');
    assert.deepEqual([server.code, server.out], [78, '']);
    assert.match(server.err, /config\.yaml:3:24: blockers\.prometheus must be .* has a login/);
    assert.doesNotMatch(server.err, /hunter2/);
  });
});

async function locked(t: TestContext, file: string): Promise<void> {
  const child = spawn(process.execPath, [holder, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  await once(child.stdout, 'data');
}
