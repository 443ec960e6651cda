import { formatDuration } from '../config/duration.ts';
import { quoted } from '../config/shown.ts';
import { type Reason, reason, reasonSentence } from '../core/reasons.ts';
import type { MaintenanceSettings } from '../core/window/settings.ts';
import { readMachine } from '../host/machine.ts';
import { type Calendar, openCalendar, type WindowTime } from '../windows/calendar.ts';
import { clockText, momentText, opensText } from '../windows/words.ts';
import { atOption, momentOf, type NumberRead, utc } from './at-time.ts';
import { type Command, configOption, type Given, isGiven, jsonOption, textOf } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';

export const windowsCommand: Command = {
  name: 'windows',
  operands: [],
  summary: 'whether a maintenance window is open, and when the next ones open and close',
  description:
    "Reads the configuration and this machine's ID alone: neither the daemon nor the cluster is asked. Times are by the clock of the window's zone, and with maintenance.randomDelay those of this node. That no window is open is no failure.",
  options: {
    config: configOption,
    at: atOption,
    count: { type: 'string', value: 'N', summary: 'how many windows to come are listed, 0 to 100; 5 without it' },
    json: jsonOption,
  },
  examples: [
    { line: 'kured-host windows', what: 'open or not, and the next five' },
    { line: 'kured-host windows --at 2027-03-28T01:30:00Z --count 1', what: 'what holds on the day the clocks change' },
    { line: 'kured-host windows --config new.yaml --json', what: 'a file before it is put in place, for a script' },
  ],
  run: windows,
};

const mostListed = 100;
const usuallyListed = 5;

async function windows(io: Io, given: Given): Promise<ExitCode> {
  const text = textOf(given, 'at');
  const at = text === undefined ? { value: io.clock.now().wall } : momentOf(text);
  const count = countOf(textOf(given, 'count'));
  for (const read of [at, count]) {
    if ('wrong' in read) {
      io.err(`${read.wrong}\n`);
      return exitCode.usage;
    }
  }
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  if (!('value' in at && 'value' in count)) return exitCode.usage;
  const { maintenance } = settings;
  const machine = await readMachine(io.places.machineId);
  const delayed = maintenance.randomDelay !== null && maintenance.windows.length > 0;
  if (delayed && machine.is === 'unreadable') {
    io.err(`warning: ${reasonSentence(unreadable(machine.why))}; the times are without this node's delay\n`);
  }
  const place = { zone: io.zone(), machine: machine.is === 'read' ? machine.machine : null };
  const calendar = openCalendar(maintenance, place);
  if (calendar === null) {
    io.err('the time zone of this machine (Local) cannot be told; set it with timedatectl, or name it in timeZone\n');
    return exitCode.failed;
  }
  const view = viewOf(calendar, at.value, count.value);
  if (isGiven(given, 'json')) io.out(`${JSON.stringify(jsonOf(view), null, 2)}\n`);
  else io.out(textOfView(view, maintenance));
  if (at.value < io.built) io.err(`warning: ${reasonSentence(behind(at.value, io.built))}\n`);
  return exitCode.done;
}

interface View {
  readonly open: boolean;
  /** The time that is now; null: none is, or all are. */
  readonly now: WindowTime | null;
  /** The first one that begins later. */
  readonly following: WindowTime | null;
  readonly next: readonly WindowTime[];
}

function viewOf(calendar: Calendar, at: number, count: number): View {
  const { open, time } = calendar.look(at, false);
  const next = calendar.next(at, Math.max(count, 1));
  return { open, now: open ? time : null, following: next[0] ?? null, next: next.slice(0, count) };
}

/** `opens` and `closes`: when it next does; null: never, or not in sight. Always open where no window is configured. */
function jsonOf({ open, now, following, next }: View): object {
  const times = (of: WindowTime): object => ({ opens: utc(of.opens), closes: utc(of.closes) });
  return {
    open,
    opens: utc(following?.opens ?? null),
    closes: utc((open ? now : following)?.closes ?? null),
    next: next.map((of) => ({ ...times(of), timeZone: of.zone.name })),
  };
}

function textOfView({ open, now, following, next }: View, { windows: of, deadline }: MaintenanceSettings): string {
  if (of.length === 0) return 'no maintenance windows: a reboot may begin at any time\n';
  const closes = now === null || now.closes === null ? 'no end in sight' : `until ${momentText(now.closes, now.zone)}`;
  const none = deadline === null ? 'none is to come' : 'none is to come before the deadline';
  // Behind one without an end in sight none is looked for.
  const last = now?.closes === null ? '' : `; ${none}`;
  const opens = following === null ? last : `; the next one opens ${opensText(following)}`;
  const late =
    deadline === null ? '' : `a need that has waited for ${formatDuration(deadline)} waits no longer for these\n`;
  return `${open ? `open, ${closes}` : 'closed'}${opens}\n${next.map(lineOf).join('')}${late}`;
}

function lineOf({ opens, closes, zone }: WindowTime): string {
  return `  ${clockText(opens, zone)} to ${closes === null ? 'no end in sight' : momentText(closes, zone)}\n`;
}

function countOf(text: string | undefined): NumberRead {
  if (text === undefined) return { value: usuallyListed };
  if (/^\d{1,3}$/.test(text) && Number(text) <= mostListed) return { value: Number(text) };
  return { wrong: `--count is ${quoted(text)}, which is not a whole number from 0 to ${mostListed}` };
}

function unreadable(why: string): Reason {
  return reason('host-unreadable', { what: 'the machine ID', why });
}

function behind(at: number, built: number): Reason {
  return reason('clock-behind', { now: utc(at), built: utc(built) });
}
