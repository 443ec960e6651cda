import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { outsideText } from '../core/outside-text.ts';
import type { SecretText } from '../kured/sheet.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { makeFiles } from './new-files.ts';

export interface Import {
  /** The configuration. */
  readonly text: string;
  readonly secrets: readonly SecretText[];
  /** Null: standard output. */
  readonly output: string | null;
  /** Where secrets are written; null: nowhere. */
  readonly folder: string | null;
}

/** Writes an import, whole or not at all: nothing is overwritten, and no secret goes to standard output or into a file that others read. */
export async function writeImport(io: Io, { text, secrets, output, folder }: Import): Promise<ExitCode> {
  const files = [
    ...(folder === null
      ? []
      : secrets.map((secret) => ({ path: join(folder, secret.file), text: secret.text, mode: 0o600 }))),
    ...(output === null ? [] : [{ path: output, text, mode: 0o644 }]),
  ];
  for (const { path } of files) {
    if (await isThere(path))
      return refuse(io, path, 'it is there already; nothing is written, so take it away or name another');
  }
  const notMade = await makeFiles(files, String(io.pid));
  if (notMade !== null) return refuse(io, notMade.path, `${notMade.why}; nothing is written`);
  for (const { path } of files) io.err(`written: ${outsideText(path, 200)}\n`);
  if (folder === null) for (const { file } of secrets) io.err(`${left[file] ?? file}\n`);
  if (output === null) io.out(text);
  return exitCode.done;
}

const left: Readonly<Record<string, string>> = {
  notify: 'the notification URL is not shown: --secrets /etc/kured-host writes it into /etc/kured-host/notify',
  'prometheus-password':
    'the password of Prometheus is not shown: --secrets /etc/kured-host writes it into /etc/kured-host/prometheus-password',
};

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

function refuse(io: Io, path: string, why: string): ExitCode {
  io.err(`${outsideText(path, 200)} is not written: ${outsideText(why, 400)}\n`);
  return exitCode.failed;
}
