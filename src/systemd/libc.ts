import { createRequire } from 'node:module';
import { arch, constants } from 'node:os';
import type koffi from 'koffi';
import { outsideText } from '../core/outside-text.ts';

/** The few calls of the C library that Node has no way to make; each answers at once. */
export interface Libc {
  /**
   * One datagram to a unix socket, from the one socket all are sent from: a path, or `@name` for the abstract namespace
   * (unix(7)). `full`: the receiver has not read what it was sent before; `absent`: nobody receives there; `failed`: it can never be
   * sent (too long, bad address, not permitted).
   */
  send(address: string, data: Uint8Array): Sent;
  /** flock(2), exclusive, without waiting. The kernel gives the lock up when the open file is closed, however the process ends. */
  tryLock(fd: number): Locked;
  /** Whether another process has a write lock on the open file by fcntl(2); asks and locks nothing. */
  isLocked(fd: number): 'free' | 'held' | { readonly error: string };
  /** CLOCK_MONOTONIC in microseconds: the stamp that sd_notify's RELOADING wants. Never used to measure anything. */
  monotonicUsec(): bigint;
  close(): void;
}

export type Sent = 'sent' | 'full' | 'absent' | 'failed';
export type Locked = 'locked' | 'held' | { readonly error: string };
export type LibcOpened =
  | { readonly is: 'open'; readonly libc: Libc }
  | { readonly is: 'missing'; readonly why: string };

/** No datagram is longer: far under the default send buffer of 212,992 bytes, so that EMSGSIZE cannot come. */
export const longestDatagram = 65_536;

/**
 * Loads koffi and the C library. `program` is the absolute path of the running script (`process.argv[1]`): koffi is the
 * file `koffi.node` beside the bundle, or the platform's package when run from sources. Where neither can be loaded the
 * answer says why; the service runs without it.
 */
export function openLibc(program: string): LibcOpened {
  try {
    return { is: 'open', libc: bind(loadKoffi(program)) };
  } catch (error) {
    return { is: 'missing', why: outsideText(error instanceof Error ? error.message : String(error), 300) };
  }
}

function loadKoffi(program: string): typeof koffi {
  const require = createRequire(program);
  try {
    return require('./koffi.node');
  } catch (beside) {
    if (!isNotFound(beside)) throw beside;
    return require(`@koromix/koffi-linux-${arch()}/linux_${arch()}/koffi.node`);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}

const { errno } = constants;
/** bits/socket.h and bits/fcntl.h; the same on x86-64 and arm64. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const LOCK_EX = 2;
const LOCK_NB = 4;
const CLOCK_MONOTONIC = 1;
const F_GETLK = 5;
const F_UNLCK = 2;
/** struct flock with 64-bit pointers: l_type and l_whence (16 bits each), l_start, l_len (64), l_pid (32). All of it 0 asks for F_RDLCK over the whole file. */
const flockSize = 32;

function bind(native: typeof koffi): Libc {
  const library = native.load('libc.so.6');
  const socket = library.func('socket', 'int', ['int', 'int', 'int']);
  const sendto = library.func('sendto', 'long', ['int', 'void *', 'size_t', 'int', 'void *', 'uint']);
  const flock = library.func('flock', 'int', ['int', 'int']);
  const fcntl = library.func('int fcntl(int, int, ...)');
  const clockGettime = library.func('clock_gettime', 'int', ['int', 'void *']);
  const closeFd = library.func('close', 'int', ['int']);

  let fd: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new Error(`no unix datagram socket could be made: errno ${native.errno()}`);

  return {
    send(address, data) {
      const to = socketAddress(address);
      if (fd < 0 || to === null || data.length > longestDatagram) return 'failed';
      const count: number = sendto(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, to.length);
      return count >= 0 ? 'sent' : sentByErrno(native.errno());
    },
    tryLock(file) {
      if (flock(file, LOCK_EX | LOCK_NB) === 0) return 'locked';
      const code = native.errno();
      return code === errno.EWOULDBLOCK ? 'held' : { error: errnoName(code) };
    },
    isLocked(file) {
      const lock = Buffer.alloc(flockSize);
      if (fcntl(file, F_GETLK, 'void *', lock) !== 0) return { error: errnoName(native.errno()) };
      return lock.readInt16LE(0) === F_UNLCK ? 'free' : 'held';
    },
    monotonicUsec() {
      const timespec = new BigInt64Array(2);
      clockGettime(CLOCK_MONOTONIC, timespec);
      return (timespec[0] ?? 0n) * 1_000_000n + (timespec[1] ?? 0n) / 1000n;
    },
    close() {
      if (fd >= 0) closeFd(fd);
      fd = -1;
    },
  };
}

/** sockaddr_un: a path ends in NUL and that is counted; an abstract name begins with NUL and ends where the length says. */
function socketAddress(address: string): Buffer | null {
  const abstract = address.startsWith('@');
  if (!abstract && !address.startsWith('/')) return null;
  const name = abstract ? Buffer.from(`\0${address.slice(1)}`) : Buffer.from(`${address}\0`);
  if (name.length < 2 || name.length > 108) return null;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

function sentByErrno(code: number): Sent {
  if (code === errno.EAGAIN || code === errno.ENOBUFS) return 'full';
  if (code === errno.ENOENT || code === errno.ECONNREFUSED) return 'absent';
  return 'failed';
}

function errnoName(code: number): string {
  const found = Object.entries(errno).find(([, value]) => value === code);
  return found?.[0] ?? `errno ${code}`;
}
