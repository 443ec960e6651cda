import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { seen, within } from './waiting.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs beside the test; its standard input stays open, and its end is the program's. */
export interface Companion {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Lines of standard output so far. */
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
  tell(line: string): void;
  /** The first line at or after `from` that matches, now or later. Fails at once when the program ends without it. */
  line(pattern: RegExp, milliseconds: number, from?: number): Promise<string>;
}

/** Starts a companion; its standard error goes to the file `log` (appended). */
export function startCompanion(command: string, parameters: readonly string[], log: string): Companion {
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
  const written = createWriteStream(log, { flags: 'a' });
  child.stderr.pipe(written);
  child.stdin.on('error', () => undefined);
  const lines: string[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  let ended: Exit | undefined;
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    ended = { code, signal };
    news.emit('news');
    return ended;
  });
  exited.catch(() => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    news.emit('news');
  });
  const name = [command.split('/').at(-1), parameters[0]].join(' ');
  return {
    child,
    pid: child.pid ?? -1,
    lines,
    exited,
    tell: (line) => child.stdin.write(`${line}\n`),
    line: (pattern, milliseconds, from = 0) =>
      seen(
        milliseconds,
        `a line of ${name} that matches ${pattern}`,
        () => {
          const found = lines.slice(from).find((line) => pattern.test(line));
          if (found === undefined && ended !== undefined)
            throw new Error(
              `${name} ended (${ended.code ?? ended.signal}) without a line that matches ${pattern}: see ${log}`,
            );
          return found;
        },
        (changed) => {
          news.on('news', changed);
          return () => news.off('news', changed);
        },
        () => lines.at(-1) ?? `nothing, see ${log}`,
      ),
  };
}

/** Runs a command to its end and gives back what it wrote, whatever its exit code; killed when time is up. */
export async function runCommand(
  command: readonly string[],
  options: { readonly input?: string; readonly milliseconds?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const [program = '', ...parameters] = command;
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'], env: options.env ?? process.env });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  try {
    return await within(
      options.milliseconds ?? 30_000,
      `the end of: ${command.join(' ')}`,
      async () => {
        const [code, signal] = await once(child, 'close');
        return { code, signal, ...output };
      },
      () => output.stderr.slice(-300),
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** As `runCommand`, but an exit code other than 0 is an error that shows what the command wrote. */
export async function mustRun(...parameters: Parameters<typeof runCommand>): Promise<Finished> {
  const finished = await runCommand(...parameters);
  if (finished.code !== 0)
    throw new Error(
      `${parameters[0].join(' ')}: ended with ${finished.code ?? finished.signal}: ${finished.stderr.slice(-2000)}`,
    );
  return finished;
}

/** Stops a process (SIGSTOP) and returns once none of its threads runs any more: on a busy machine that takes a while. */
export function freezeProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  const runs = (): boolean =>
    readdirSync(tasks).some((task) => !/\) T /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8')));
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; runs(); round += 1) {
    if (round === 10_000) throw new Error(`process ${pid} was sent SIGSTOP and still runs`);
    Atomics.wait(pause, 0, 0, 1);
  }
}
