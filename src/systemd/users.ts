import { listed } from '../core/blockers/listed.ts';
import type { UserBlocker } from '../core/blockers/settings.ts';
import { wallText } from '../core/now.ts';
import type { Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { PermissionSource } from '../ports/source.ts';
import type { Bus } from './busctl.ts';
import { listSessions, type Session } from './sessions.ts';
import { watchFolder } from './watch-folder.ts';

export interface UsersParts {
  /** Null: there is no logind to ask. */
  readonly bus: Bus | null;
  readonly clock: Clock;
  /** Null: nobody is waited for. */
  readonly settings: () => UserBlocker | null;
  /** Writes a text to every terminal with somebody at it; what goes wrong is told elsewhere. */
  readonly tell: (text: string, sessions: number) => void;
  /** Where logind keeps a file for each session. */
  readonly folder?: string;
}

/** What has been promised to those who are logged in. */
interface Grace {
  /** Since when the need waits that it is for; null: not known. */
  readonly need: number | null;
  /** How long they were given, as the settings had it. */
  readonly wait: number | null;
  /** When it is over; null: it has no end. Monotonic, and as it was told. */
  readonly ends: { readonly mono: number; readonly wall: number } | null;
  /** When they were told last (monotonic), and which sessions. */
  readonly told: { readonly at: number; readonly ids: ReadonlySet<string> } | null;
}

const minute = 60_000;

/**
 * No permission while people are logged in, or for as long as they are given to log out. Their time begins when nothing else is
 * against a reboot, with a text on their terminals; it begins anew when something else is against it meanwhile, when all have
 * gone, and when the service is started anew. Whoever logs in after it was over is not waited for.
 */
export function usersSource(parts: UsersParts): PermissionSource {
  const { bus, clock, settings, folder = '/run/systemd/sessions' } = parts;
  const hints = new Set<() => void>();
  let here: readonly Session[] = [];
  let grace: Grace | null = null;
  let need: number | null = null;
  let cancel = (): void => {};
  const hint = (): void => {
    for (const one of hints) one();
  };
  return {
    name: 'users',
    async ask(signal, needSince = null) {
      const wanted = settings();
      here = [];
      if (isOther(grace, needSince, wanted)) grace = null;
      need = needSince;
      if (wanted === null) return { is: 'allowed' };
      if (bus === null) return unknownWithoutLogind;
      const found = await listSessions(bus, signal);
      // Packages upgrade the bus that is asked here.
      if (found.is === 'unknown') return { is: 'unknown', reasons: [found.reason], passing: true };
      here = found.is === 'yes' ? found.value.filter(({ user }) => !wanted.ignore.includes(user)) : [];
      if (here.length === 0) grace = null;
      if (here.length === 0 || isOver(grace, clock)) return { is: 'allowed' };
      return refusal(here, grace, wanted);
    },
    heard(others) {
      const wanted = settings();
      cancel();
      if (wanted === null || (others.is !== 'allowed' && others.passing !== true)) grace = null;
      if (wanted === null || others.is !== 'allowed' || here.length === 0 || isOver(grace, clock)) return;
      const begun = grace ?? begin(wanted, need, clock);
      const due = tellAt(begun, here, wanted, clock);
      grace = due <= clock.mono() ? toldNow(begun, here, clock) : begun;
      if (grace !== begun) parts.tell(broadcastText(grace, clock), here.length);
      const next = Math.min(grace.ends?.mono ?? Number.POSITIVE_INFINITY, tellAt(grace, here, wanted, clock));
      if (Number.isFinite(next) && hints.size > 0) cancel = clock.timer(Math.max(0, next - clock.mono()), hint);
    },
    since: () => here.reduce<number | null>((first, { since }) => earlier(first, since), null),
    watch(of, signal) {
      hints.add(of);
      const leave = (): void => {
        hints.delete(of);
        if (hints.size === 0) cancel();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (bus !== null) watchFolder(folder, () => settings() !== null && of(), clock, signal);
    },
  };
}

const unknownWithoutLogind: Permission = {
  is: 'unknown',
  reasons: [reason('permission-unknown', { source: 'logind', why: 'systemd does not run here, so there is none' })],
};

/** What was promised for one need holds for no other, and a time that is over for no other time. */
function isOther(grace: Grace | null, need: number | null, wanted: UserBlocker | null): boolean {
  if (grace === null || wanted === null) return false;
  return grace.wait !== wanted.wait || (grace.need !== null && need !== null && grace.need !== need);
}

function isOver(grace: Grace | null, clock: Clock): boolean {
  return grace !== null && grace.ends !== null && clock.mono() >= grace.ends.mono;
}

function begin({ wait }: UserBlocker, need: number | null, clock: Clock): Grace {
  if (wait === null) return { need, wait, ends: null, told: null };
  // To the next whole minute, as it is told and shown.
  const wall = Math.ceil((clock.now().wall + wait) / minute) * minute;
  return { need, wait, ends: { mono: clock.mono() + wait, wall }, told: null };
}

/** When they are told next: at once whoever was not yet, each time the period is over, and a minute before the end. */
function tellAt({ ends, told }: Grace, here: readonly Session[], { broadcast }: UserBlocker, clock: Clock): number {
  if (broadcast === null) return Number.POSITIVE_INFINITY;
  if (told === null) return clock.mono();
  const fresh = here.some(({ id }) => !told.ids.has(id));
  const last = ends === null || told.at >= ends.mono - minute ? Number.POSITIVE_INFINITY : ends.mono - minute;
  return Math.min(told.at + (fresh ? Math.min(minute, broadcast) : broadcast), last);
}

function toldNow(grace: Grace, here: readonly Session[], clock: Clock): Grace {
  return { ...grace, told: { at: clock.mono(), ids: new Set(here.map(({ id }) => id)) } };
}

/** In lines that wall leaves whole: it breaks longer ones at 79 characters, in the middle of a word. */
function broadcastText({ ends }: Grace, clock: Clock): string {
  if (ends === null) {
    return 'This machine needs a reboot. Please save your work and log out:\nkured-host waits with it until everybody has.';
  }
  const left = Math.max(1, Math.round((ends.mono - clock.mono()) / minute));
  return `This machine needs a reboot. Please save your work and log out:\nkured-host reboots it in ${left} min or later, not before ${wallText(ends.wall)}.`;
}

/** Those with an end to wait for pass by themselves. */
function refusal(here: readonly Session[], grace: Grace | null, { wait }: UserBlocker): Permission {
  const users = listed(here.map(({ user, at }) => (at === '' ? user : `${user} (${at})`)));
  const end = grace?.ends ?? null;
  const minutes = wait === null ? 0 : Math.ceil(wait / minute);
  const begins = wait === null ? '' : `; they have ${minutes} min once nothing else is against a reboot`;
  const until = end === null ? begins : `; it goes on at ${wallText(end.wall)}`;
  const why = reason('users-logged-in', { count: String(here.length), users, until });
  return { is: 'refused', reasons: [why], passing: wait !== null };
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
