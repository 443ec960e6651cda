import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';
import { splitCommand } from './shlex.ts';
import { delay } from './translate-drain.ts';

/** How the machine is rebooted. */
export function translateReboot(flags: FlagSet, sheet: SheetDraft): void {
  const again = 'permission is asked again after it, and a refusal backs the node out';
  delay(flags, 'reboot-delay', 'reboot.delay', again, sheet);
  const method = flags.has('reboot-method') ? flags.text('reboot-method') : 'command';
  if (method === 'command') command(flags, sheet);
  else if (method === 'signal') signal(flags, sheet);
  else {
    sheet.problem(
      `--reboot-method is "${method.slice(0, 60)}", where kured knows command and signal alone and does not start`,
    );
  }
}

const usualCommand = '/bin/systemctl reboot';

function command(flags: FlagSet, sheet: SheetDraft): void {
  if (flags.has('reboot-signal'))
    sheet.note('reboot-signal', 'without --reboot-method=signal it is not used, in kured neither');
  if (!flags.has('reboot-command') && !flags.has('reboot-method')) return;
  const words = onHost(splitCommand(flags.has('reboot-command') ? flags.text('reboot-command') : usualCommand));
  if (words === null || words.length === 0) {
    sheet.problem('--reboot-command is empty, or a quote in it is left open, so that kured cannot reboot with it');
    return;
  }
  const method = methodOf(words);
  if (method !== null) {
    const said = 'logind does what this command asks it for, and says when it refuses; a block inhibitor counts';
    sheet.write('reboot.method', method, said);
    return;
  }
  sheet.write('reboot.method', 'command');
  sheet.write('reboot.command', ...asList(words));
}

const usualSignal = 39;

function signal(flags: FlagSet, sheet: SheetDraft): void {
  if (flags.has('reboot-command'))
    sheet.note('reboot-command', 'with --reboot-method=signal it is not used, in kured neither');
  const number = flags.number('reboot-signal') ?? usualSignal;
  if (number < 1) {
    sheet.problem(`--reboot-signal is ${number}, which is no signal; kured does not start with it`);
    return;
  }
  sheet.write(
    'reboot.method',
    'signal',
    'as kured does it; with logind, the default here, the shutdown is graceful and a refusal is told',
  );
  sheet.write('reboot.signal', number);
}

/** What `systemctl reboot`, `soft-reboot` or `kexec` without options, wherever it lies, asks logind for; null: something else. */
function methodOf([program = '', verb = '', ...more]: readonly string[]): string | null {
  if (more.length > 0 || !/^(?:(?:\/usr)?\/s?bin\/)?systemctl$/.test(program)) return null;
  if (verb === 'reboot') return 'logind';
  return verb === 'soft-reboot' || verb === 'kexec' ? verb : null;
}

/** A command of kured as one of ours: without the nsenter that leads out of its container. */
export function onHost(words: readonly string[] | null): readonly string[] | null {
  if (words === null || !/(^|\/)nsenter$/.test(words[0] ?? '')) return words;
  const rest = words.slice(1);
  const end = rest.indexOf('--');
  if (end !== -1) return rest.slice(end + 1);
  const first = rest.findIndex((word, index) => !word.startsWith('-') && !/^-[tSG]$/.test(rest[index - 1] ?? ''));
  return first === -1 ? [] : rest.slice(first);
}

/** As a list that begins with an absolute path, and what was changed for that. */
export function asList(words: readonly string[]): readonly [readonly string[], string] {
  const [program = '', ...rest] = words;
  if (program.startsWith('/')) return [words, 'it runs on the machine itself, as root and without nsenter'];
  if (['sh', 'bash'].includes(program))
    return [[`/bin/${program}`, ...rest], 'it runs on the machine itself, as root and without nsenter'];
  return [
    ['/usr/bin/env', ...words],
    'kured looks for the program in PATH; a path in place of env would be an error at start where it is missing',
  ];
}
