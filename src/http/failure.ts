import { outsideText } from '../core/outside-text.ts';
import { DeadlineError } from '../ports/clock.ts';

/**
 * Why no whole answer came.
 * - `unreachable`: no connection (name not found, refused, no route, the proxy said no).
 * - `tls`: no trust, or the other end does not speak TLS.
 * - `deadline`, `aborted`: we stopped waiting.
 * - `lost`: the connection broke.
 * - `too-long`: the answer, or one line of it, is longer than we read.
 * - `retired`: this client was closed because its credentials changed.
 */
export type FailureKind = 'unreachable' | 'tls' | 'deadline' | 'aborted' | 'lost' | 'too-long' | 'retired';

/**
 * No answer. `sent` tells the truth about the request: `no` where not one byte of it can have left this machine, `maybe`
 * from the moment it was handed to a connection; then it may still take effect.
 */
export interface Unanswered {
  readonly is: 'unanswered';
  readonly kind: FailureKind;
  readonly sent: 'no' | 'maybe';
  /** One clause, bounded and escaped. */
  readonly why: string;
}

/** Thrown inside http/ and by the lines of a stream; callers of send() get it as a value. */
export class HttpFailure extends Error {
  readonly code: FailureKind;

  constructor(code: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'HttpFailure';
    this.code = code;
  }
}

export function unanswered(error: unknown, signal: AbortSignal, sent: 'no' | 'maybe'): Unanswered {
  const failure = classify(error, signal);
  return { is: 'unanswered', kind: failure.code, sent, why: failure.message };
}

/** Which failure an error of node:http, node:net or node:tls is. The signal comes first: what we ended ourselves only looks like a lost connection. */
export function classify(error: unknown, signal: AbortSignal): HttpFailure {
  if (signal.aborted) return fromAbort(signal.reason);
  if (error instanceof HttpFailure) return error;
  const code = errorCode(error);
  const text = outsideText(error instanceof Error ? error.message : String(error), 300);
  const unreachable = unreachables[code];
  if (unreachable !== undefined) return new HttpFailure('unreachable', unreachable, error);
  if (isTlsCode(code)) return new HttpFailure('tls', tlsSentence(code, text), error);
  return new HttpFailure('lost', code === 'ECONNRESET' ? 'the connection was lost' : text, error);
}

function fromAbort(reason: unknown): HttpFailure {
  if (reason instanceof HttpFailure) return reason;
  if (reason instanceof DeadlineError) return new HttpFailure('deadline', reason.message, reason);
  return new HttpFailure('aborted', 'the request was given up', reason);
}

const unreachables: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'the name lookup does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'it does not answer',
  EADDRNOTAVAIL: 'no local address can reach it',
  ECONNABORTED: 'the connection is refused',
  EACCES: 'connecting to it is not permitted on this machine',
  EPERM: 'connecting to it is not permitted on this machine',
  ENOENT: 'nothing listens there',
};

function tlsSentence(code: string, text: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid yet';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another name: ${text}`;
    default:
      return code.startsWith('ERR_') ? `the TLS handshake failed: ${text}` : `its certificate is not trusted: ${text}`;
  }
}

/** OpenSSL's verification results (X509_V_ERR_… without the prefix, as Node has them) and Node's own. */
function isTlsCode(code: string): boolean {
  return (
    /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE)/.test(
      code,
    ) || ['PATH_LENGTH_EXCEEDED', 'HOSTNAME_MISMATCH', 'EPROTO', 'ERROR_IN_CERT_NOT_BEFORE_FIELD'].includes(code)
  );
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
