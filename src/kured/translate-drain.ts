import { parseSelector } from '../core/drain/selector.ts';
import { goText } from './duration-text.ts';
import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';

export const week = 604_800_000;
const [second, day] = [1000, 86_400_000];

/** How pods are moved away. */
export function translateDrain(flags: FlagSet, sheet: SheetDraft): void {
  delay(flags, 'drain-delay', 'drain.delay', 'the node is cordoned during it, where kured cordons after it', sheet);
  gracePeriod(flags, sheet);
  podSelector(flags, sheet);
  force(flags, sheet);
  timeout(flags, sheet);
  const skip = flags.number('skip-wait-for-delete-timeout');
  if (skip !== null && skip > 0) {
    const [value, comment] = within(skip * second, second, day);
    sheet.write('drain.skipWaitForDeleteTimeout', value, comment);
  } else if (skip !== null) sheet.note('skip-wait-for-delete-timeout', 'all pods are waited for, which is the default');
}

function gracePeriod(flags: FlagSet, sheet: SheetDraft): void {
  const seconds = flags.number('drain-grace-period');
  if (seconds === null) return;
  if (seconds < 0) {
    sheet.note('drain-grace-period', 'pods get their own grace period, which is the default');
    return;
  }
  const [value, comment] = within(seconds * second, second, day);
  sheet.write('drain.gracePeriod', value, seconds === 0 ? '0 kills every pod at once; 1s is the least here' : comment);
}

function podSelector(flags: FlagSet, sheet: SheetDraft): void {
  const selector = flags.text('drain-pod-selector');
  const read = parseSelector(selector);
  if (!read.readable) {
    sheet.problem(
      `--drain-pod-selector is wrong at its character ${read.at + 1}, so that every drain of kured fails: ${read.why}`,
    );
  } else if (read.selector.length > 0) sheet.write('drain.podSelector', selector);
}

function timeout(flags: FlagSet, sheet: SheetDraft): void {
  const ms = flags.number('drain-timeout');
  if (ms === null) {
    sheet.note(
      'drain-timeout',
      'kured waits for a drain without end; kured-host backs out after 30m unless drain.timeout is 0s',
    );
  } else if (ms === 0) sheet.write('drain.timeout', '0s', 'without end, as in kured; the other nodes wait for as long');
  else {
    const [value, comment] = within(ms, second, week);
    const whole = comment === '' ? 'the node is uncordoned after it, and the next one has its turn' : comment;
    sheet.write('drain.timeout', value, whole);
  }
}

function force(flags: FlagSet, sheet: SheetDraft): void {
  if (!flags.isOn('force-reboot')) return;
  if ((flags.number('drain-timeout') ?? 0) > 0) {
    const other = 'as in kured; an error before that is tried again, where kured reboots at once';
    sheet.write('drain.onTimeout', 'reboot', other);
    return;
  }
  const ours = 'here an error is tried again, and drain.onTimeout: reboot would force one after drain.timeout';
  sheet.note(
    'force-reboot',
    `without --drain-timeout a drain of kured has no end, so that only an error forces a reboot; ${ours}`,
  );
}

/** A wait, of which nothing is left when it is 0 or less. */
export function delay(
  flags: FlagSet,
  flag: 'drain-delay' | 'reboot-delay' | 'lock-release-delay',
  key: string,
  comment: string,
  sheet: SheetDraft,
  most = day,
): void {
  const ms = flags.number(flag);
  if (ms === null) return;
  if (ms <= 0) {
    sheet.note(flag, 'there is no wait, which is the default');
    return;
  }
  const [value, changed] = within(ms, second, most);
  sheet.write(key, value, changed === '' ? comment : `${changed}; ${comment}`);
}

/** A duration that is taken here, and what was changed for that. */
export function within(ms: number, least: number, most: number): readonly [text: string, comment: string] {
  if (ms < least) return [goText(least), `kured has ${goText(ms)}; ${goText(least)} is the least here`];
  if (ms > most) return [goText(most), `kured has ${goText(ms)}; ${goText(most)} is the most here`];
  return [goText(Math.round(ms)), Number.isInteger(ms) ? '' : 'rounded to a millisecond'];
}
