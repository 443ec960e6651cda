import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { type Libc, openLibc } from '../../src/systemd/libc.ts';

/** The C library as the daemon opens it, closed after the test. */
export function ownLibc(t: TestContext): Libc {
  const opened = openLibc(fileURLToPath(import.meta.url));
  if (opened.is === 'missing') throw new Error(opened.why);
  t.after(() => opened.libc.close());
  return opened.libc;
}

/** A unix datagram socket that receives, as systemd's and journald's do. */
export interface Receiver {
  /** The next datagram, which a sender's return has already queued; null when there is none. */
  take(): Buffer | null;
  /** All that are queued, as text. */
  takeAll(): string[];
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** Receives at a path, or at an abstract `@name`. */
export function receiveAt(t: TestContext, address: string): Receiver {
  const library = koffi.load('libc.so.6');
  const socket = library.func('int socket(int, int, int)');
  const bind = library.func('bind', 'int', ['int', 'void *', 'uint']);
  const recv = library.func('recv', 'long', ['int', 'void *', 'size_t', 'int']);
  const close = library.func('int close(int)');

  const fd: number = socket(AF_UNIX, SOCK_DGRAM, 0);
  t.after(() => close(fd));
  const name = address.startsWith('@') ? `\0${address.slice(1)}` : `${address}\0`;
  const to = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(name)]);
  if (bind(fd, to, to.length) !== 0) throw new Error(`cannot bind ${address}: errno ${koffi.errno()}`);

  const buffer = Buffer.alloc(1 << 18);
  const take = (): Buffer | null => {
    const length: number = recv(fd, buffer, buffer.length, MSG_DONTWAIT);
    return length < 0 ? null : Buffer.from(buffer.subarray(0, length));
  };
  const takeAll = (): string[] => {
    const datagrams: string[] = [];
    for (let next = take(); next !== null; next = take()) datagrams.push(next.toString('utf8'));
    return datagrams;
  };
  return { take, takeAll };
}

/** Sends until the receiver, which does not read, takes no more. */
export function fill(libc: Libc, address: string): number {
  for (let count = 0; count < 10_000; count += 1) {
    if (libc.send(address, Buffer.from('FILL=1')) === 'full') return count;
  }
  throw new Error(`${address} never became full`);
}
