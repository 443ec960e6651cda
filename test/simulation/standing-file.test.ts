import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withImports } from '../../scripts/imports.ts';
import { Ledger, unbegun } from './ledger.ts';
import { lockStanding, readStanding, standingPath, writeStanding } from './standing-file.ts';

function folder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'simulation-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

test('what was written is read again, and nothing else is left beside it', () => {
  using made = folder();
  const path = join(made.path, 'simulation.json');
  assert.equal(readStanding(path), null);
  const ledger = new Ledger(unbegun(1));
  ledger.take();
  writeStanding(path, ledger.standing);
  writeStanding(path, ledger.standing);
  assert.deepEqual(readStanding(path), ledger.standing);
  assert.deepEqual(readdirSync(made.path), ['simulation.json']);
});

test('a file that is no JSON is not begun anew unasked', () => {
  using made = folder();
  const path = join(made.path, 'simulation.json');
  writeFileSync(path, '{"next":');
  assert.throws(() => readStanding(path), /simulation\.json is no JSON: remove it/);
});

test('what plans are given besides their seed has a file of its own', () => {
  assert.equal(standingPath('{}'), standingPath('{}'));
  assert.notEqual(standingPath('{}'), standingPath('{"nodes":3}'));
});

test('what a simulated node runs makes the file another one, and what it never runs does not', () => {
  const files = withImports(fileURLToPath(new URL('../..', import.meta.url)), ['test/simulation/simulate.ts']);
  for (const run of [
    'src/core/phases/rebooting.ts',
    'src/daemon/loop.ts',
    'src/kubernetes/node.ts',
    'test/observer/observer.ts',
  ])
    assert.ok(files.includes(run), run);
  assert.deepEqual(
    files.filter((file) => /^src\/(?:cli|config|systemd)\//.test(file)),
    [],
  );
});

test('one process adds to a file; when it is killed another one may', async () => {
  using made = folder();
  const path = join(made.path, 'simulation.json');
  const program = `const { lockStanding } = await import(process.argv[1]);
    console.log(await lockStanding(process.argv[2])); setInterval(() => {}, 1e6);`;
  const module = new URL('./standing-file.ts', import.meta.url).href;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', program, module, path]);
  const [said] = await once(other.stdout, 'data');
  assert.equal(String(said), 'true\n');
  assert.equal(await lockStanding(path), false);
  other.kill('SIGKILL');
  await once(other, 'close');
  assert.equal(await lockStanding(path), true);
});
