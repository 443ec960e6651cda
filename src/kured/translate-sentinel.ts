import { goText } from './duration-text.ts';
import type { FlagSet } from './flag-set.ts';
import { type Mount, onMachine } from './found.ts';
import type { SheetDraft } from './sheet.ts';
import { splitCommand } from './shlex.ts';
import { within } from './translate-drain.ts';
import { asList, onHost } from './translate-reboot.ts';

const [second, day] = [1000, 86_400_000];

/** What says that a reboot is needed: kured's command, in whose presence it looks at no file, or its file. */
export function translateSentinel(flags: FlagSet, mounts: readonly Mount[], sheet: SheetDraft): void {
  const command = flags.text('reboot-sentinel-command');
  if (command === '') file(flags, mounts, sheet);
  else {
    if (flags.has('reboot-sentinel'))
      sheet.note('reboot-sentinel', 'with --reboot-sentinel-command kured does not look at the file');
    commandOf(command, flags, sheet);
  }
  const period = flags.number('period');
  if (period === null || command !== '') return;
  const never = period <= 0 ? '; with this period kured looks once and never again' : '';
  sheet.note('period', `nothing is polled: the file is watched, and the turn is handed on at once${never}`);
}

function file(flags: FlagSet, mounts: readonly Mount[], sheet: SheetDraft): void {
  if (!flags.has('reboot-sentinel')) return;
  const text = flags.text('reboot-sentinel').trim();
  const path = onMachine(text, mounts);
  if (!path.startsWith('/') || path === '/') {
    sheet.problem(
      `--reboot-sentinel is "${text.slice(0, 60)}", which is no absolute path, so that kured never finds it`,
    );
    return;
  }
  const moved = path === text ? '' : `${text} in the container of kured; `;
  sheet.write(
    'sentinel.files',
    [path],
    `${moved}what is no file (a directory, a link that leads nowhere, an error) is unknown, and told`,
  );
}

function commandOf(text: string, flags: FlagSet, sheet: SheetDraft): void {
  const words = onHost(splitCommand(text));
  if (words === null || words.length === 0) {
    sheet.problem(
      '--reboot-sentinel-command is no command, or a quote in it is left open; kured does not start with it',
    );
    return;
  }
  const [list, comment] = asList(words);
  const negated = words.some((word) => /(^|[;&|(]\s*)!\s/.test(word));
  const trap = negated
    ? '; the ! makes a yes of every error and of a missing program: ask for the exit code that is meant'
    : '';
  const recipe = text.includes('needs-restarting')
    ? '; its 1 is a yes as well as an error, which the recipe /usr/share/kured-host/recipes/dnf.yaml tells apart'
    : '';
  sheet.write(
    'sentinel.command',
    list,
    `0 is yes and 1 is no, as in kured; anything else is unknown, and told; ${comment}${trap}${recipe}`,
  );
  sheet.write('sentinel.files', [], 'beside a command kured looks at no file');
  const period = flags.number('period') ?? 3_600_000;
  const [value, changed] = within(period, second, day);
  const first = period <= 0 ? `kured has ${goText(period)}, and runs it once alone` : changed;
  sheet.write(
    'sentinel.commandPeriod',
    value,
    `${first === '' ? '' : `${first}; `}it runs once more right before the reboot`,
  );
}
