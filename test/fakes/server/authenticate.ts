import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { unauthorized } from '../api/errors.ts';
import { anonymous, certificateUser, type User } from '../api/user.ts';
import type { Tokens } from './credentials.ts';

/**
 * Who sent it: a client certificate of our authority, or a token. Neither: anonymous. One that does not hold (another
 * authority, an ended certificate, an unknown token): 401.
 */
export function authenticate(message: IncomingMessage, tokens: Tokens): User {
  const bearer = /^bearer (.+)$/i.exec(message.headers.authorization ?? '')?.[1];
  const socket = message.socket;
  if (socket instanceof TLSSocket && bearer === undefined) {
    const certificate = socket.getPeerCertificate();
    if (certificate.subject === undefined) return anonymous;
    if (!socket.authorized) throw unauthorized();
    const { CN, O: organizations } = certificate.subject as Readonly<Record<string, string | string[] | undefined>>;
    return certificateUser([CN ?? ''].flat().join(), [organizations ?? []].flat());
  }
  if (bearer === undefined) return anonymous;
  const user = tokens.user(bearer);
  if (user === undefined) throw unauthorized();
  return user;
}
