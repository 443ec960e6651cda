import type { Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';

/** How long the peers of one server may take to send or to take something; who takes longer loses the connection. */
export interface TransferTime {
  /** The peer has `ms` milliseconds from now, in place of what it had left. */
  give(socket: Socket, ms: number): void;
  /** It is our turn: nothing waits for the peer. */
  stop(socket: Socket): void;
}

export function transferTime(clock: Clock): TransferTime {
  const timers = new Map<Socket, () => void>();
  const stop = (socket: Socket): void => {
    timers.get(socket)?.();
    timers.delete(socket);
  };
  return {
    stop,
    give(socket, ms) {
      if (socket.destroyed) return;
      if (!timers.has(socket)) socket.once('close', () => stop(socket));
      stop(socket);
      timers.set(
        socket,
        clock.timer(ms, () => socket.destroy()),
      );
    },
  };
}
