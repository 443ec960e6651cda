import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The PEM text of the trusted authorities; null where none are configured. Rejects when it cannot be read. */
export async function readAuthorities(file: string | null): Promise<string | null> {
  return file === null ? null : await readFile(file, 'utf8');
}

/** Why the file cannot be what receivers are trusted by, as a whole clause; null: it can. */
export async function authoritiesTrouble(file: string): Promise<string | null> {
  try {
    // The first certificate of the file; a text without one is refused.
    new X509Certificate(await readFile(file));
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no certificate';
    const why =
      code.startsWith('E') && !code.startsWith('ERR_') ? `cannot be read (${code})` : 'holds no certificate in PEM';
    return `notifications.caFile names ${file}, which ${why}`;
  }
}
