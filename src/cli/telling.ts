import type { Io } from './io.ts';

/** How a command with progress tells it: for people everything on standard output; with --json only the end, as one object. */
export interface Telling {
  readonly say: (line: string) => void;
  readonly done: (line: string, json: object) => void;
  /** The end that was told on standard error, as an object where one is wanted. */
  readonly failed: (json: object) => void;
}

export function telling(io: Io, json: boolean): Telling {
  const say = (line: string): void => (json ? io.err : io.out)(`${line}\n`);
  const print = (object: object): void => io.out(`${JSON.stringify(object, null, 2)}\n`);
  return {
    say,
    done: (line, object) => (json ? print(object) : say(line)),
    failed: (object) => (json ? print(object) : undefined),
  };
}
