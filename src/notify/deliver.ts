import { openHttp } from '../http/client.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandRunner } from '../ports/commands.ts';
import { runCommand } from './command.ts';
import type { Delivery, Message, Post } from './message.ts';
import type { Target } from './targets.ts';

export interface DeliverParts {
  readonly clock: Clock;
  /** PEM text of the authorities that are trusted; null: those that Node knows. */
  readonly ca: () => Promise<string | null>;
  readonly commands: CommandRunner;
}

/** Milliseconds that one try may take. */
export const tryLimit = 10_000;
/** Answers are read for their status; a longer one is cut off. */
const longestAnswer = 65_536;
/** A service that asks for a longer pause than this gets this one. */
const longestPause = 3_600_000;

/** Sends one message once. Never throws, and is over within ten seconds. */
export async function deliver(
  parts: DeliverParts,
  { way }: Target,
  message: Message,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    if (way.by === 'command') return await runCommand(parts.commands, way.argv, message, signal);
    const ca = await parts.ca();
    if (way.by === 'http') return await sendPost(parts.clock, way.post(message), ca, signal);
    // The mail library is loaded by whoever sends mail, and by nobody else.
    const { sendMail } = await import('./mail.ts');
    using limit = parts.clock.deadline(tryLimit, signal);
    return await sendMail(way.mail, message, ca, limit.signal);
  } catch (error) {
    // Its own words may repeat what it was given.
    return {
      is: 'failed',
      why: `the request cannot be made (${error instanceof Error ? error.name : 'unknown'})`,
      after: null,
    };
  }
}

async function sendPost(clock: Clock, post: Post, ca: string | null, signal: AbortSignal): Promise<Delivery> {
  const tls = { ca, cert: null, key: null, servername: null, verify: true };
  const client = openHttp({ url: new URL(post.url.origin), tls, proxy: null }, clock);
  try {
    const { method, headers, body } = post;
    const path = `${post.url.pathname}${post.url.search}`;
    const answer = await client.send({ method, path, headers, body, deadline: tryLimit, most: longestAnswer }, signal);
    if (answer.is === 'unanswered') {
      // It answered, more than is read of it.
      return answer.kind === 'too-long' ? { is: 'sent' } : { is: 'failed', why: answer.why, after: null };
    }
    const after = pause(answer.headers['retry-after'], clock.now().wall);
    return judge(answer.status, post.refusal?.(answer.body) ?? null, after);
  } finally {
    client.retire();
  }
}

/** What a status means: a refusal that another try would meet again is one for good. */
function judge(status: number, refusal: string | null, after: number | null): Delivery {
  const why = `it answers with status ${status}`;
  if (status >= 200 && status < 300) return refusal === null ? { is: 'sent' } : { is: 'refused', why: refusal };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { is: 'failed', why, after };
  return { is: 'refused', why };
}

/** Retry-After in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
function pause(header: string | undefined, wall: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - wall;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestPause) : null;
}
