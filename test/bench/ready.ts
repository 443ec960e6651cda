import { rmSync } from 'node:fs';
import koffi from 'koffi';
import { within } from '../cluster/waiting.ts';
import type { Pool } from '../pool/pool.ts';
import { makeBenchMachine } from './machines.ts';

const inside = '/run/test-machine/notify.sock';

/** Milliseconds from the start of the process to its READY=1 on a real NOTIFY_SOCKET (sd_notify(3)), each a process of its own. */
export async function startToReady(pool: Pool, times: number): Promise<readonly number[]> {
  const machine = await makeBenchMachine(pool, { env: { NOTIFY_SOCKET: inside } });
  await machine.boot();
  await machine.killService();
  const samples: number[] = [];
  for (let done = 0; done < times; done += 1) {
    using socket = notifySocket(machine.folders.hostPath(inside));
    const begin = performance.now();
    const [, ready] = await Promise.all([machine.startService(), socket.ready()]);
    samples.push(ready - begin);
    await machine.killService();
  }
  return samples;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** The socket that systemd would listen on; `ready` resolves with the moment (performance.now()) at which READY=1 was there. */
function notifySocket(path: string): { ready(): Promise<number> } & Disposable {
  const library = koffi.load('libc.so.6');
  const recv = library.func('recv', 'long', ['int', 'void *', 'size_t', 'int']);
  const close = library.func('int close(int)');
  const fd: number = library.func('int socket(int, int, int)')(AF_UNIX, SOCK_DGRAM, 0);
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
  rmSync(path, { force: true });
  if (library.func('bind', 'int', ['int', 'void *', 'uint'])(fd, address, address.length) !== 0)
    throw new Error(`cannot bind ${path}: errno ${koffi.errno()}`);
  const buffer = Buffer.alloc(1 << 16);
  const look = (): boolean => {
    const length: number = recv(fd, buffer, buffer.length, MSG_DONTWAIT);
    return length > 0 && /^READY=1$/m.test(buffer.toString('utf8', 0, length));
  };
  return {
    ready: () =>
      within(30_000, 'READY=1 on NOTIFY_SOCKET', async (signal) => {
        while (!look() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
        return performance.now();
      }),
    [Symbol.dispose]: () => void close(fd),
  };
}
