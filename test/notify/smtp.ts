import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

export interface SmtpOptions {
  /** The answer to a command, in place of the usual one; empty: none ever. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly implicit?: boolean;
}

/** A mail server on a free port of 127.0.0.1 (RFC 5321, with STARTTLS and AUTH PLAIN where it has a certificate). */
export interface SmtpServer extends AsyncDisposable {
  readonly port: number;
  readonly commands: string[];
  readonly mails: string[];
}

export async function smtpServer(options: SmtpOptions = {}): Promise<SmtpServer> {
  const commands: string[] = [];
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const talk = (socket: Socket, secure: boolean) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket, secure, options, { commands, mails, talk });
    if (!secure || options.implicit === true) say(socket, options.answers?.['GREETING'] ?? '220 test');
  };
  const server: Server =
    options.implicit === true
      ? createTlsServer({ ...options.tls }, (socket) => talk(socket, true))
      : createServer((socket) => talk(socket, false));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Seen {
  readonly commands: string[];
  readonly mails: string[];
  readonly talk: (socket: Socket, secure: boolean) => void;
}

function serve(
  socket: Socket,
  secure: boolean,
  { answers = {}, tls }: SmtpOptions,
  { commands, mails, talk }: Seen,
): void {
  let mail: string[] | null = null;
  let rest = '';
  const onData = (data: Buffer) => {
    const lines = (rest + data.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (mail !== null) {
        if (line !== '.') mail.push(line);
        else {
          mails.push(mail.join('\n'));
          mail = null;
          say(socket, answers['MAIL-END'] ?? '250 taken');
        }
        continue;
      }
      commands.push(line);
      const verb = line.split(' ')[0]?.toUpperCase() ?? '';
      const given = answers[verb];
      if (given !== undefined) say(socket, given);
      else if (verb === 'EHLO') say(socket, ehlo(secure, tls !== undefined));
      else if (verb === 'AUTH') say(socket, '235 welcome');
      else if (verb === 'DATA') {
        mail = [];
        say(socket, '354 go on');
      } else if (verb === 'STARTTLS') {
        say(socket, '220 go on');
        socket.off('data', onData);
        talk(new TLSSocket(socket, { isServer: true, ...tls }), true);
      } else say(socket, '250 ok');
    }
  };
  socket.on('data', onData);
}

function ehlo(secure: boolean, tls: boolean): string {
  return secure || !tls ? '250-test\r\n250 AUTH PLAIN' : '250-test\r\n250 STARTTLS';
}

function say(socket: Socket, text: string): void {
  if (text !== '') socket.write(`${text}\r\n`);
}
