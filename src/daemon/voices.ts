import { openLog } from '../log/logger.ts';
import type { Log, LogLevel, ServiceManager } from '../ports/outlets.ts';
import { isJournalStream, openJournal } from '../systemd/journal.ts';
import { type LibcOpened, openLibc } from '../systemd/libc.ts';
import { openNotify, silentManager } from '../systemd/notify.ts';
import type { Environment } from './environment.ts';

const stderr = 2;

/** How the process is heard: the log, and systemd where it listens. */
export interface Voices {
  readonly native: LibcOpened;
  readonly log: Log & { close(): Promise<void> };
  readonly manager: ServiceManager;
}

/** Opens them; the log tells from this level on. */
export function openVoices(environment: Environment, level: LogLevel): Voices {
  const { clock, terminal } = environment;
  const native = openLibc(environment.program);
  const journal = native.is === 'open' && isJournal(environment) ? openJournal(native.libc) : null;
  const log = openLog({ clock, level, journal, fd: stderr, terminal });
  return { native, log, manager: managerOf(native, environment) };
}

/** Whether what this process writes to stderr goes to the journal anyway. */
export function isJournal({ env }: Environment): boolean {
  return isJournalStream(env['JOURNAL_STREAM'], stderr);
}

function managerOf(native: LibcOpened, { env, clock }: Environment): ServiceManager {
  const socket = env['NOTIFY_SOCKET'];
  if (native.is === 'missing' || socket === undefined || socket === '') return silentManager;
  return openNotify({ socket, libc: native.libc, clock });
}
