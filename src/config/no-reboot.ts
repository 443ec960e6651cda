/** What a command would do that is no reboot which could be proven; null: nothing of that is seen in it. */
export type NoReboot = { readonly is: 'soft' | 'off' | 'asleep'; readonly word: string };

/**
 * Reads the words of a command, and of the shell's text in it. A slip is to be found, not a person who means it: what a
 * script does in the end is not known here.
 */
export function noRebootIn(argv: readonly string[]): NoReboot | null {
  for (const words of commandsIn(argv)) {
    for (const [at, word] of words.entries()) {
      const found = noRebootAt(nameOf(word), words.slice(at + 1));
      if (found !== null) return found;
    }
  }
  return null;
}

/** The command itself, and each command in an argument that is text for a shell (`-c`, `-euc`): others are words for people, say. */
function commandsIn(argv: readonly string[]): readonly (readonly string[])[] {
  const texts = argv.filter((_, at) => /^-\w*c$/.test(argv[at - 1] ?? ''));
  return [
    argv,
    ...texts.flatMap((text) =>
      withoutWordsForPeople(text)
        .split(/[;&|(){}\n]+/)
        .map(wordsOf),
    ),
  ];
}

/**
 * Without what is several words in quotes and no text for a shell once more. All that is quoted is taken whole, so that what
 * stands between two quoted texts is never taken for one.
 */
function withoutWordsForPeople(text: string): string {
  return text.replaceAll(/(\s-\w*c\s+)?("[^"]*"|'[^']*')/g, (whole, forShell: string | undefined, quoted: string) =>
    forShell === undefined && /\s/.test(quoted) ? ' ' : whole,
  );
}

function wordsOf(command: string): readonly string[] {
  return command
    .replaceAll(/["'`]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** `poweroff` of `/usr/sbin/poweroff`, and of `poweroff.target`. */
function nameOf(word: string): string {
  return word
    .replace(/^.*\//, '')
    .replace(/\.target$/, '')
    .toLowerCase();
}

const sleeps = ['suspend', 'hibernate', 'hybrid-sleep', 'suspend-then-hibernate', 'sleep'];

function noRebootAt(name: string, after: readonly string[]): NoReboot | null {
  switch (name) {
    case 'soft-reboot':
      return { is: 'soft', word: name };
    case 'poweroff':
    case 'halt':
      return after.includes('--reboot') ? null : { is: 'off', word: name };
    case 'reboot':
      return found('off', after, ['-p', '--poweroff', '--halt']);
    case 'shutdown':
      return after.some((word) => word === '--reboot' || /^-\w*r/.test(word))
        ? null
        : { is: 'off', word: 'shutdown without -r' };
    case 'init':
    case 'telinit':
      return after[0] === '0' ? { is: 'off', word: `${name} 0` } : null;
    case 'systemctl':
    case 'loginctl':
      return found('asleep', after.map(nameOf), sleeps);
    default:
      return null;
  }
}

function found(is: NoReboot['is'], words: readonly string[], of: readonly string[]): NoReboot | null {
  const word = words.find((one) => of.includes(one));
  return word === undefined ? null : { is, word };
}
