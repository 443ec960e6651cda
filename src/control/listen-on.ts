import { once } from 'node:events';
import type { ListenOptions, Server } from 'node:net';

/** Listens, or rejects with the system's error (EADDRINUSE, EACCES, …). */
export async function listenOn(server: Server, where: ListenOptions): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(where);
  await listening;
}
