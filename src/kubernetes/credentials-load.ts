import { createPrivateKey, X509Certificate } from 'node:crypto';
import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import { type Gate, openGate } from '../ports/gate.ts';
import { CredentialError } from './credential-error.ts';
import { compareLooks, type FileLooks, looksOf, readSmall } from './credential-files.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import { type Access, accessOf, type CredentialTexts } from './kubeconfig-access.ts';

/** Credentials as they were read together, at one moment. */
export interface Loaded {
  /** The kubeconfig. */
  readonly file: string;
  readonly access: Access;
  /** The client certificate, parsed; null when there is none. */
  readonly certificate: X509Certificate | null;
  readonly looks: FileLooks;
  /** What is valid now: a plugin's token expires, and is asked for again then. */
  refresh(): Promise<Access>;
}

const tries = 5;
const between = 200;

/**
 * Reads a kubeconfig and all files it names, as one: a certificate without its key, or files that changed while they were
 * read, are read again. Files are read behind the gate, plugins run outside of it. Rejects with CredentialError when that does
 * not help within a second, or with the signal's reason.
 */
export async function loadCredentials(
  path: string,
  clock: Clock,
  signal: AbortSignal,
  most = tries,
  gate = openGate(),
): Promise<Loaded> {
  for (let left = most - 1; ; left -= 1) {
    try {
      return await loadOnce(path, gate, signal);
    } catch (error) {
      if (!(error instanceof CredentialError) || error.code !== 'passing' || left <= 0) throw error;
      await clock.sleep(between, signal);
    }
  }
}

async function loadOnce(path: string, gate: Gate, signal: AbortSignal): Promise<Loaded> {
  const { get, paths, looks } = await gate.enter(() => readFiles(path), signal);
  const access = await get();
  const certificate = checkedPair(access);
  const after = await gate.enter(() => looksOf(paths), signal);
  if (looks.some((before) => compareLooks(before, after) !== 'same')) {
    throw new CredentialError('passing', 'its files keep changing while they are read');
  }
  return { file: path, access, certificate, looks: after, refresh: get };
}

/** `looks`: of the kubeconfig before it was read, and of all files once it was known which they are. */
async function readFiles(path: string) {
  const lookBefore = await looksOf([path]);
  const config = parseKubeconfig(await readSmall(path), path);
  const { ca, cert, key, token } = config.files;
  const paths = [path, ...[ca, cert, key, token].filter((file) => file !== null)];
  const before = await looksOf(paths);
  const texts: CredentialTexts = {
    ca: await textOf(ca),
    cert: await textOf(cert),
    key: await textOf(key),
    token: await textOf(token),
  };
  return { get: await accessOf(config, texts), paths, looks: [before, lookBefore] };
}

async function textOf(path: string | null): Promise<string | null> {
  return path === null ? null : await readSmall(path);
}

/** The client certificate; throws where it and the key are not a pair, as two files read while they are replaced one after the other. */
function checkedPair(access: Access): X509Certificate | null {
  const { cert, key } = access.target.tls;
  if (cert === null && key === null) return null;
  if (cert === null || key === null) {
    throw new CredentialError('passing', `its client ${cert === null ? 'certificate' : 'key'} is missing`);
  }
  try {
    const certificate = new X509Certificate(cert);
    if (certificate.checkPrivateKey(createPrivateKey(key))) return certificate;
  } catch (error) {
    const why = outsideText(error instanceof Error ? error.message : String(error), 200);
    throw new CredentialError('passing', `its client certificate or key cannot be read: ${why}`, error);
  }
  throw new CredentialError('passing', 'its client certificate and key do not belong together');
}
