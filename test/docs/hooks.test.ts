import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type HookEnd, type HookPhase, hookPhases } from '../../src/core/hooks.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { openHooks } from '../../src/hooks/open.ts';
import { directPrograms } from '../../src/systemd/transient.ts';
import { realClock } from '../fakes/clock.ts';
import { silentLog } from '../fleet/machine.ts';
import { machineFiles, owner } from '../hooks/machine.ts';
import { page } from './pages.ts';

const text = page('docs/hooks.md');
/** Hooks in the docs stand in blocks that begin with "```sh hook FOLDER/NAME". */
const examples = new Map(
  [...text.matchAll(/^```sh hook (\S+)\n(.*?)^```/gms)].map(([, path = '', script = '']) => [path, script] as const),
);

/** A machine with one hook of the docs in it, and programs that the hook calls: each notes its arguments and ends as told. */
function machine(t: TestContext, path: string, programs: Readonly<Record<string, number>>) {
  const files = machineFiles(t);
  const script = examples.get(path);
  assert.ok(script, `${path} is not in the docs`);
  files.put(`etc/kured-host/hooks/${path}`, 0o755, script);
  for (const [name, code] of Object.entries(programs))
    files.put(`bin/${name}`, 0o755, `#!/bin/sh\nprintf '%s\\n' "$*" >>${files.from}/calls\nexit ${code}\n`);
  const env = { PATH: [join(files.from, 'bin'), '/usr/bin', '/bin'].join(delimiter) };
  const hooks = openHooks({
    place: { folder: files.hooks, trust: { owner, from: files.from } },
    programs: directPrograms({ env, clock: realClock() }),
    log: silentLog,
    clock: realClock(),
    settings: () => ({ timeout: 10_000 }),
  });
  const phase = path.split('.d/')[0] as HookPhase;
  const never = new AbortController().signal;
  const call = { phase, node: 'worker-1', run: 'claim', reasons: ['libc6'] };
  const calls = join(files.from, 'calls');
  return {
    run: () => hooks.run(call, () => {}, { stop: never, leave: never }),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8') : ''),
  };
}

function sentence(end: HookEnd): string {
  return end.is === 'failed' ? reasonSentence(end.reason) : end.is;
}

describe('the hooks in the docs', () => {
  it('are there, and in folders that are read', () => {
    assert.equal(examples.size, 3);
    for (const path of examples.keys())
      assert.ok(
        hookPhases.some((phase) => path.startsWith(`${phase}.d/`)),
        path,
      );
    for (const phase of hookPhases) assert.ok(text.includes(`/etc/kured-host/hooks/${phase}.d`), phase);
  });

  it('let a machine be drained whose RAID does not rebuild', async (t) => {
    const { run } = machine(t, 'before-drain.d/10-raid', { grep: 1 });
    assert.equal(sentence(await run()), 'done');
  });

  it('keep one that rebuilds from it', async (t) => {
    const { run, calls } = machine(t, 'before-drain.d/10-raid', { grep: 0 });
    assert.match(sentence(await run()), /10-raid failed: it ended with exit code 1$/);
    assert.match(calls(), /\/proc\/mdstat/);
  });

  it('silence the alerts about this node, and do not need to', async (t) => {
    const path = 'before-drain.d/20-silence.wanted';
    for (const code of [0, 1]) {
      const { run, calls } = machine(t, path, { amtool: code });
      assert.equal(sentence(await run()), 'done');
      assert.match(calls(), /^silence add --duration=1h .*--comment=reboot: libc6 instance=worker-1\n$/);
    }
  });

  it('keep pods away until the storage is mounted', async (t) => {
    assert.equal(sentence(await machine(t, 'after-boot.d/10-storage', { mountpoint: 0 }).run()), 'done');
    const missing = await machine(t, 'after-boot.d/10-storage', { mountpoint: 32 }).run();
    assert.match(sentence(missing), /10-storage failed: it ended with exit code 1$/);
  });
});
