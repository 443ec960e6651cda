import { createHash } from 'node:crypto';

/**
 * The name of a need: 16 hex digits of SHA-256 over its parts, each with its length before it, so that no two lists of
 * parts are the same text. Sixteen are enough to tell one node's needs apart and keep the Lease small.
 */
export function fingerprint(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex').slice(0, 16);
}
