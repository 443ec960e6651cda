import { createTransport } from 'nodemailer';
import type { Delivery, MailTarget, Message } from './message.ts';

/** Sends one mail. The connection ends with the signal. */
export async function sendMail(
  mail: MailTarget,
  message: Message,
  ca: string | null,
  signal: AbortSignal,
): Promise<Delivery> {
  const transport = createTransport({
    host: mail.host,
    port: mail.port,
    secure: mail.encryption === 'implicit',
    requireTLS: mail.encryption === 'starttls',
    ignoreTLS: mail.encryption === 'none',
    ...(mail.auth === null ? {} : { auth: mail.auth }),
    tls: ca === null ? {} : { ca },
    // What is in a message is text and nothing else.
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: socketLimit,
    greetingTimeout: socketLimit,
    socketTimeout: socketLimit,
    dnsTimeout: socketLimit,
  });
  try {
    const domain = mail.from.slice(mail.from.indexOf('@') + 1);
    const sent = transport.sendMail({
      from: mail.from,
      to: [...mail.to],
      subject: mail.subject ?? `kured-host: ${message.node}: ${message.moment}`,
      text: `${message.text}\n`,
      messageId: `<${message.id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    sent.catch(() => {});
    await Promise.race([sent, aborted(signal)]);
    return { is: 'sent' };
  } catch (error) {
    return outcome(error, signal);
  } finally {
    transport.close();
  }
}

/** The library's own bounds end what the signal has left behind. */
const socketLimit = 10_000;

/** By the server's code (RFC 5321 §4.2.1): 5yz is for good, 4yz for now. Its words are not repeated: they may hold the login. */
function outcome(error: unknown, signal: AbortSignal): Delivery {
  if (signal.aborted) return { is: 'failed', why: 'it does not answer in time', after: null };
  const code = field(error, 'responseCode');
  if (typeof code === 'number') {
    const why = `the mail server answers with code ${code}`;
    return code >= 500 ? { is: 'refused', why } : { is: 'failed', why, after: null };
  }
  return {
    is: 'failed',
    why: `the mail cannot be handed over (${String(field(error, 'code') ?? 'unknown')})`,
    after: null,
  };
}

function field(error: unknown, name: 'responseCode' | 'code'): unknown {
  return typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : null;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
