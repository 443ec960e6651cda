import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { runCommand } from '../cluster/process.ts';
import { command } from './pool.ts';

/** One line of `kured-host preflight`, with the remedy below it. */
export interface Line {
  readonly is: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

export interface Preflight {
  readonly code: number | null;
  readonly lines: readonly Line[];
  /** What is missing. */
  readonly missing: readonly Line[];
  /** All that was printed, to be shown when an assertion fails. */
  readonly text: string;
}

/** Runs `kured-host preflight` in the machine. */
export async function preflight(machine: Machine): Promise<Preflight> {
  const { code, stdout, stderr } = await machine.run([...command, 'preflight']);
  const lines = [...stdout.matchAll(/^(ok|missing|unknown|without) +(.*?)(?:: (.*))?\n((?: {9}.*\n)*)/gm)].map(
    ([, is = '', what = '', why = '', remedy = '']): Line => ({ is, what, why, remedy: remedy.trim() }),
  );
  return { code, lines, missing: lines.filter((line) => line.is === 'missing'), text: stdout + stderr };
}

/** Runs a command as it was printed, in a shell that has `kured-host` and the admin's `kubectl`; gives its exit code and output. */
export async function runRemedy(
  cluster: ClusterAccess,
  remedy: string,
): Promise<{ code: number | null; text: string }> {
  const folder = mkdtempSync(join(cluster.directory, 'admin-'));
  const script = (name: string, line: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
  script('kubectl', `${cluster.program} kubectl --kubeconfig ${cluster.adminKubeconfig}`);
  script('kured-host', command.join(' '));
  const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder };
  const { code, stdout, stderr } = await runCommand(['sh', '-c', remedy], { env });
  return { code, text: stdout + stderr };
}

/** Runs what preflight prints until nothing is missing; each round brings what the last one could not ask. */
export async function grantAll(cluster: ClusterAccess, machine: Machine): Promise<void> {
  const rounds: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const { code, missing, text } = await preflight(machine);
    if (code === 0) return;
    assert.equal(code, 77, text);
    for (const { remedy } of missing) {
      const ran = await runRemedy(cluster, remedy);
      assert.equal(ran.code, 0, `${remedy}: ${ran.text}`);
    }
    rounds.push(text);
  }
  assert.fail(`something is still missing after ${rounds.length} rounds:\n${rounds.join('\n')}`);
}
