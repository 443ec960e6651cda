import type { Io } from './io.ts';

/** How a command with progress tells it: for people everything on standard output; with --json only the end, as one object. */
export interface Telling {
  readonly say: (line: string) => void;
  readonly done: (line: string, json: object) => void;
}

export function telling(io: Io, json: boolean): Telling {
  const say = (line: string): void => (json ? io.err : io.out)(`${line}\n`);
  return { say, done: (line, object) => (json ? io.out(`${JSON.stringify(object, null, 2)}\n`) : say(line)) };
}
