import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServiceManager } from '../ports/outlets.ts';
import type { Libc } from './libc.ts';

export interface NotifyOptions {
  /** NOTIFY_SOCKET: a path or `@name`. */
  readonly socket: string;
  readonly libc: Pick<Libc, 'send' | 'monotonicUsec'>;
  readonly clock: Clock;
}

/** systemd shows no more of STATUS than this is good for. */
const longestStatus = 1024;
/** Waiting messages; a status or a sign of life replaces the one that waits, so this is hardly ever reached. */
const mostWaiting = 16;
const firstRetry = 100;
const longestRetry = 5000;

/**
 * Speaks sd_notify(3) to the socket that systemd gave. A receiver that is full is never waited for: messages are kept in
 * order and sent again a little later, the newest status and sign of life in place of older ones. What is given up is counted.
 */
export function openNotify(options: NotifyOptions): ServiceManager {
  const { socket, libc, clock } = options;
  let waiting: Message[] = [];
  let dropped = 0;
  let cancelRetry: (() => void) | null = null;
  let delay = firstRetry;

  const flush = (): void => {
    cancelRetry?.();
    cancelRetry = null;
    while (waiting[0] !== undefined) {
      const sent = libc.send(socket, Buffer.from(waiting[0].text));
      if (sent === 'full') {
        cancelRetry = clock.timer(delay, retry);
        return;
      }
      if (sent !== 'sent') dropped += 1;
      waiting.shift();
    }
    delay = firstRetry;
  };

  const retry = (): void => {
    delay = Math.min(delay * 2, longestRetry);
    flush();
  };

  const tell = (message: Message): void => {
    const kept = message.replaces === undefined ? waiting : waiting.filter((it) => it.replaces !== message.replaces);
    waiting = [...kept, message];
    if (waiting.length > mostWaiting) {
      waiting.shift();
      dropped += 1;
    }
    flush();
  };

  return {
    ready: () => tell({ text: 'READY=1' }),
    status: (sentence) => tell({ text: `STATUS=${outsideText(sentence, longestStatus)}`, replaces: 'status' }),
    // systemd tells the READY that ends a reload from an older one by this stamp (Type=notify-reload).
    reloading: () => tell({ text: `RELOADING=1\nMONOTONIC_USEC=${libc.monotonicUsec()}` }),
    stopping: () => tell({ text: 'STOPPING=1' }),
    alive: () => tell({ text: 'WATCHDOG=1', replaces: 'alive' }),
    extend: (ms) => tell({ text: `EXTEND_TIMEOUT_USEC=${Math.max(1, Math.round(ms * 1000))}`, replaces: 'extend' }),
    get dropped() {
      return dropped;
    },
    close() {
      cancelRetry?.();
      cancelRetry = null;
      dropped += waiting.length;
      waiting = [];
    },
  };
}

interface Message {
  readonly text: string;
  /** A message of the same name that still waits is dropped for this one. */
  readonly replaces?: string;
}

/** Where nobody listens: not run by systemd, or without the native library. */
export const silentManager: ServiceManager = {
  ready: () => {},
  status: () => {},
  reloading: () => {},
  stopping: () => {},
  alive: () => {},
  extend: () => {},
  dropped: 0,
  close: () => {},
};

/**
 * How often systemd wants a sign of life, in milliseconds, from WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)): half of the
 * time it waits. Null: no watchdog, or it is meant for another process.
 */
export function watchdogPeriod(usec: string | undefined, forPid: string | undefined, pid: number): number | null {
  if (usec === undefined || !/^[1-9]\d{0,15}$/.test(usec)) return null;
  if (forPid !== undefined && forPid !== '' && forPid !== String(pid)) return null;
  return Math.max(1, Math.floor(Number(usec) / 2000));
}
