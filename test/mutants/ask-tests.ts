import { nearestTests } from './nearest.ts';
import { watchProgram } from './program.ts';
import type { Asked, Witness } from './witness.ts';

/** The tests, nearest first, until the first that fails. One that fails without the mutant as well has noticed nothing. */
export function tests(): Witness {
  const passes = new Map<string, Promise<boolean>>();
  const passesWithout = (file: string, asked: Asked): Promise<boolean> => {
    const known = passes.get(file) ?? failureOf(asked.clean, file, asked).then((failed) => failed === null);
    passes.set(file, known);
    return known;
  };
  return {
    name: 'tests',
    restsOn: ['test', 'docs', 'systemd', 'packaging', 'scripts'],
    program: null,
    limit: 900_000,
    async ask(asked) {
      const until = performance.now() + asked.limit;
      for (const file of nearestTests(asked.mutant, asked.files, asked.importers)) {
        if (asked.signal.aborted || performance.now() > until) break;
        const failed = await failureOf(asked.root, file, asked);
        if (failed !== null && (await passesWithout(file, asked)))
          return { is: 'caught', by: failed === file ? file : `${file}: ${failed}` };
      }
      return { is: 'missed' };
    },
  };
}

/** The first test of a file that fails, the file's own name where it fails as a whole; null: none. */
async function failureOf(root: string, file: string, { limit, signal }: Asked): Promise<string | null> {
  const options = ['--disable-warning=ExperimentalWarning', '--test-reporter=tap', '--test-timeout=60000'];
  const ran = await watchProgram({
    argv: [process.execPath, ...options, file],
    cwd: root,
    limit,
    enough: (lines) => lines.some(isFailure),
    signal,
  });
  const told = ran.lines.find(isFailure);
  if (told !== undefined) return told.replace(notOk, '').replaceAll('\\#', '#');
  return ran.is === 'ended' && ran.code === 0 ? null : file;
}

/** Of nested tests the innermost is told first. */
const notOk = /^\s*not ok \d+ - /;

function isFailure(line: string): boolean {
  return notOk.test(line);
}
