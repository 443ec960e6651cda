import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isProblem, readTargets, type Target, type TargetProblem } from './targets.ts';

export interface TargetsReading {
  readonly targets: readonly Target[];
  readonly problems: readonly TargetProblem[];
}

const largest = 64 * 1024;
/** More receivers than this are a mistake, and would be a crowd at every reboot. */
const mostTargets = 32;

/** Reads the receivers out of all files, each time anew: a secret that was changed counts from the next message on. */
export async function readTargetFiles(files: readonly string[]): Promise<TargetsReading> {
  const read = (await Promise.all(files.map(readTargetFile))).flat();
  const targets = read.filter((of): of is Target => !isProblem(of));
  const problems = read.filter(isProblem);
  if (targets.length <= mostTargets) return { targets, problems };
  const message = `there are ${targets.length} receivers in all files, and at most ${mostTargets} are told`;
  return { targets: targets.slice(0, mostTargets), problems: [...problems, { file: files[0] ?? '', message }] };
}

async function readTargetFile(file: string): Promise<readonly (Target | TargetProblem)[]> {
  try {
    // A named pipe is not waited for.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile())
      return [{ file, message: 'this is not a regular file, so no URL is read from it' }];
    const buffer = Buffer.alloc(largest + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > largest) return [{ file, message: `the file is larger than ${largest / 1024} KiB` }];
    const found = readTargets(file, buffer.toString('utf8', 0, bytesRead));
    return found.length > 0
      ? found
      : [{ file, message: 'the file names nobody to tell; write a notification URL into it' }];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [
      { file, message: `the file of notification URLs cannot be read (${code}); check its path and permissions` },
    ];
  }
}
