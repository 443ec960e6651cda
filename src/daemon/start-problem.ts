import { openLibc } from '../systemd/libc.ts';
import type { Environment } from './environment.ts';
import { isJournal, openVoices } from './voices.ts';

/** One thing for which settings are not taken: the file to mend, with line and column where they are known, and why. */
export interface ReloadProblem {
  readonly message: string;
  readonly file: string;
}

/**
 * Why systemd would wait in vain for this process: it listens (Type=notify), and without the native library nothing can be
 * said to it. Null: nothing is in the way.
 */
export function muteProblem({ env, program }: Environment): ReloadProblem | null {
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return null;
  const native = openLibc(program);
  if (native.is === 'open') {
    native.libc.close();
    return null;
  }
  const message = `the native library cannot be loaded, so systemd cannot be told anything (${native.why}); install the package again, then systemctl restart kured-host`;
  return { file: program, message };
}

/**
 * Tells why the service does not start, to whoever listens: the journal, or `tell` with a line each; and systemd's status,
 * which stands after this process has ended.
 */
export async function tellStartProblems(
  environment: Environment,
  problems: readonly ReloadProblem[],
  tell: (line: string) => void,
): Promise<void> {
  const { native, log, manager } = openVoices(environment, 'error');
  const journal = native.is === 'open' && isJournal(environment);
  for (const problem of problems) {
    if (journal) log.event('config-refused', { why: problem.message, file: problem.file });
    else tell(problemLine(problem));
  }
  manager.status(`does not start: ${problemsLine(problems)}`);
  manager.close();
  await log.close();
  if (native.is === 'open') native.libc.close();
}

/** The first problem, and how many more there are. */
export function problemsLine(problems: readonly ReloadProblem[]): string {
  const [first] = problems;
  const more = problems.length - 1;
  return `${first === undefined ? '' : problemLine(first)}${more > 0 ? ` (and ${more} more)` : ''}`;
}

function problemLine({ file, message }: ReloadProblem): string {
  return `${file}: ${message}`;
}
