import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program ended that was watched line by line. */
export type Watched =
  | { readonly is: 'ended'; readonly code: number | null; readonly lines: readonly string[] }
  /** A line was enough, and the program was ended. */
  | { readonly is: 'enough'; readonly lines: readonly string[] }
  | { readonly is: 'out-of-time'; readonly lines: readonly string[] };

export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Milliseconds. */
  readonly limit: number;
  /** Told after each line of standard output; true ends the program. */
  readonly enough: (lines: readonly string[]) => boolean;
  readonly signal: AbortSignal;
}

/** Runs a program with all that it starts in a group of its own, so that nothing of it is left when it is ended. */
export async function watchProgram({ argv, cwd, limit, enough, signal }: Program): Promise<Watched> {
  const [file = '', ...args] = argv;
  // In a test it would speak to the runner of this one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let cut: 'enough' | 'out-of-time' | null = null;
  const end = (why: 'enough' | 'out-of-time'): void => {
    cut ??= why;
    if (child.pid !== undefined) endGroup(child.pid);
  };
  const timer = setTimeout(() => end('out-of-time'), limit);
  const abort = (): void => end('out-of-time');
  signal.addEventListener('abort', abort, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (cut === null && stream === child.stdout && enough(lines)) end('enough');
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return cut === null ? { is: 'ended', code, lines } : { is: cut, lines };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
