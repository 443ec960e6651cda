import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { outsideText } from '../core/outside-text.ts';
import { after, type Clock } from '../ports/clock.ts';

/** Where systemd's own programs are looked for first, whatever PATH says. */
export const systemFolders: readonly string[] = ['/usr/bin', '/bin'];

/**
 * The first executable file of that name in the folders, in order; where there is none, the path in the first folder, so
 * that a later start fails with an error that names it.
 */
export function findProgram(name: string, folders: readonly string[]): string {
  const paths = folders.map((folder) => join(folder, name));
  return paths.find(isExecutable) ?? paths[0] ?? join('/usr/bin', name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface ProgramRun {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** What it finds on its standard input, whether it reads it or not; absent: nothing. */
  readonly input?: string | undefined;
  /** Milliseconds; then it is killed. */
  readonly timeout: number;
  /** The moment (monotonic) after which it is not started any more; absent: it does not matter when. */
  readonly before?: number | undefined;
  /** What is kept of each of its outputs, in bytes; the rest is read and thrown away, so that it never blocks. */
  readonly mostOutput: number;
}

/**
 * What became of a program. Outputs are raw text from outside. `cut`: there was more than `mostOutput`.
 * `not-started` is certain: nothing of it ran.
 */
export type ProgramEnd =
  | {
      readonly is: 'exited';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly cut: boolean;
    }
  | {
      readonly is: 'killed';
      readonly signal: string;
      readonly stdout: string;
      readonly stderr: string;
      readonly cut: boolean;
    }
  | { readonly is: 'timeout'; readonly stdout: string; readonly stderr: string; readonly cut: boolean }
  | { readonly is: 'aborted' }
  | { readonly is: 'not-started'; readonly why: string };

/** How long outputs may stay open after the program ended: a grandchild that keeps them does not hold us. */
const drainTime = 200;

/** Runs one program without a shell, bounded in time and output. Never rejects. */
export function runProgram(run: ProgramRun, clock: Clock, signal: AbortSignal): Promise<ProgramEnd> {
  if (signal.aborted) return Promise.resolve({ is: 'aborted' });
  // Looked at here, with nothing awaited before it is started: a process may be frozen, or the machine asleep, at any await.
  if (run.before !== undefined && clock.mono() > run.before)
    return Promise.resolve({ is: 'not-started', why: 'what permits it has grown too old' });
  const child = spawned(run);
  if ('why' in child) return Promise.resolve({ is: 'not-started', why: child.why });
  return new Promise((resolve) => {
    // A program that ends without having read it all is no error.
    child.stdin?.on('error', () => {});
    child.stdin?.end(run.input);
    const stdout = collect(child.stdout, run.mostOutput);
    const stderr = collect(child.stderr, run.mostOutput);
    let timedOut = false;
    let cancelDrain = () => {};

    const outputs = () => ({ stdout: stdout.text(), stderr: stderr.text(), cut: stdout.cut() || stderr.cut() });
    const finish = (end: ProgramEnd): void => {
      cancelTimeout();
      cancelDrain();
      signal.removeEventListener('abort', onAbort);
      letGo(child);
      resolve(end);
    };
    const ended = (): ProgramEnd => {
      if (timedOut) return { is: 'timeout', ...outputs() };
      if (child.exitCode !== null) return { is: 'exited', code: child.exitCode, ...outputs() };
      return { is: 'killed', signal: child.signalCode ?? 'unknown', ...outputs() };
    };
    const onAbort = (): void => {
      child.kill('SIGKILL');
      finish({ is: 'aborted' });
    };
    const cancelTimeout = after(clock, run.timeout, () => {
      timedOut = true;
      child.kill('SIGKILL');
    });

    signal.addEventListener('abort', onAbort, { once: true });
    child.on('error', (error) => {
      // Without a pid it never ran; an error afterwards (a signal that could not be sent) is followed by an exit.
      if (child.pid === undefined) finish({ is: 'not-started', why: outsideText(error.message, 300) });
    });
    child.on('exit', () => {
      cancelDrain = clock.timer(drainTime, () => finish(ended()));
    });
    child.on('close', () => {
      if (child.pid !== undefined) finish(ended());
    });
  });
}

/** Some failures Node tells by an event and others, where no memory is left for one, say, or a guard forbids it (EPERM), by an exception. */
function spawned({ file, args, env, input }: ProgramRun): ChildProcess | { readonly why: string } {
  try {
    return spawn(file, args, { env: { ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  } catch (error) {
    return { why: outsideText(`${file}: ${error instanceof Error ? error.message : String(error)}`, 300) };
  }
}

/** Nothing of the child keeps this process alive or is read any more. */
function letGo(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function collect(stream: Readable | null, most: number) {
  const parts: Buffer[] = [];
  let length = 0;
  let cut = false;
  stream?.on('error', () => {});
  stream?.on('data', (part: Buffer) => {
    const room = Math.max(0, most - length);
    if (part.length > room) cut = true;
    if (room > 0) parts.push(part.subarray(0, room));
    length += Math.min(part.length, room);
  });
  return { text: () => Buffer.concat(parts).toString('utf8'), cut: () => cut };
}
