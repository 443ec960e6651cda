import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../src/ports/clock.ts';
import { type Bus, openBus } from '../../src/systemd/busctl.ts';
import type { Systemctl } from '../../src/systemd/jobs.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';

/** What a fake program does, as shell text. */
export type Act = string;

export const env = { PATH: '/usr/bin:/bin' };
export const waiting = new AbortController().signal;

/** Prints this and ends with 0. */
export function prints(text: string): Act {
  return `cat <<'END-OF-TEXT'\n${text}\nEND-OF-TEXT`;
}

/** Complains on stderr and ends with that code. */
export function fails(text: string, code = 1): Act {
  return `cat >&2 <<'END-OF-TEXT'\n${text}\nEND-OF-TEXT\nexit ${code}`;
}

/** As busctl tells an error reply. */
export function refuses(text: string): Act {
  return fails(`Call failed: ${text}`);
}

export const silent: Act = 'exit 0';
export const hangs: Act = 'exec sleep 1000';
export const dies: Act = 'kill -KILL $$';

/** A real program that does what its arguments ask for by the first pattern among them, and notes each call. */
export interface FakeProgram {
  readonly file: string;
  calls(): readonly string[];
}

export function fakeProgram(folder: string, name: string, acts: Readonly<Record<string, Act>>): FakeProgram {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  const cases = Object.entries(acts).map(([part, act]) => `*'${part}'*)\n${act}\n;;`);
  writeFileSync(
    file,
    `#!/bin/sh\nprintf '%s\\n' "$*" >>"$0.calls"\ncase "$*" in\n${cases.join('\n')}\n*) echo "nothing is said about: $*" >&2; exit 9;;\nesac\n`,
  );
  chmodSync(file, 0o755);
  const log = `${file}.calls`;
  return { file, calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []) };
}

/** The bus by a fake busctl. */
export function fakeBus(t: TestContext, acts: Readonly<Record<string, Act>>, clock: Clock = new ManualClock()) {
  const program = fakeProgram(ownFolder(t), 'busctl', acts);
  const bus: Bus = openBus({ busctl: program.file, env, clock, timeout: 10_000 });
  return { bus, calls: program.calls };
}

/** systemctl by a fake one. */
export function fakeSystemctl(t: TestContext, acts: Readonly<Record<string, Act>>, clock: Clock = new ManualClock()) {
  const program = fakeProgram(ownFolder(t), 'systemctl', acts);
  const systemctl: Systemctl = { file: program.file, env, clock, timeout: 10_000 };
  return { systemctl, calls: program.calls };
}
