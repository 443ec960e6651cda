import type { Environment } from '../daemon/environment.ts';

/** What a command may use of the process: nothing else of it reaches the commands. */
export interface Io extends Environment {
  readonly width: number;
  /** It runs as root, as the daemon does. */
  readonly asRoot: boolean;
  readonly signal: AbortSignal;
  readonly onSignal: (name: 'SIGTERM' | 'SIGINT' | 'SIGHUP', handle: () => void) => void;
  /** Standard input to its end; null when that is longer than `most` bytes. */
  readonly input: (most: number) => Promise<Buffer | null>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The exit codes of every command (sysexits.h where it has one). */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  unknown: 3,
  unavailable: 69,
  notPermitted: 77,
  configuration: 78,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export const exitMeanings: readonly (readonly [ExitCode, string])[] = [
  [0, 'done'],
  [1, 'failed, or refused, or not all of its output could be written'],
  [2, 'wrong usage'],
  [3, 'it cannot be told'],
  [69, 'the API server, or the daemon, is not available'],
  [77, 'not permitted'],
  [78, 'the configuration, or the installation, is wrong'],
];
