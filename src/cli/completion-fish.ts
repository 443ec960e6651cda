import type { Command } from './commands.ts';
import {
  firstWords,
  helping,
  helpOption,
  offerOf,
  secondWords,
  valueOffer,
  versionOption,
  type Word,
} from './completion-words.ts';

/** The completion for fish. */
export function fishCompletion(commands: readonly Command[]): string {
  const first = firstWords(commands);
  return [
    ...head,
    ...first.map((word) => `${next()} -a ${word.text} -d ${quoted(word.summary)}`),
    ...[helpOption, versionOption].map(({ text, summary }) => `${next()} -l ${text.slice(2)} -d ${quoted(summary)}`),
    ...secondWords(commands).flatMap(([word, seconds]) => ofGroup(word, seconds)),
    ...first.map((word) => `${next(helping)} -a ${word.text} -d ${quoted(word.summary)}`),
    ...commands.flatMap(ofCommand),
    '',
  ].join('\n');
}

const head: readonly string[] = [
  '# fish completion for kured-host(1), made from its table of commands by "kured-host completion fish".',
  'function __kured_host_next --description "Whether just these words stand before the one that is typed"',
  '    set -l typed (commandline -opc)',
  '    test "$typed[2..]" = "$argv"',
  'end',
  'function __kured_host_in --description "Whether these words stand first"',
  '    set -l typed (commandline -opc)',
  '    set -l last (math (count $argv) + 1)',
  '    test (count $typed) -ge $last; and test "$typed[2..$last]" = "$argv"',
  'end',
  'complete -c kured-host -f',
];

function ofGroup(first: string, seconds: readonly Word[]): readonly string[] {
  return [next(first), next(helping, first)].flatMap((before) =>
    seconds.map(({ text, summary }) => `${before} -a ${text} -d ${quoted(summary)}`),
  );
}

function ofCommand({ name, options, operands }: Command): readonly string[] {
  const within = `complete -c kured-host -n '__kured_host_in ${name}'`;
  const operand = operands[0] === undefined ? 'nothing' : offerOf(operands[0]);
  return [
    ...Object.entries(options).map(([option, { value, summary }]) => {
      const takes = value === undefined ? '' : valueOffer(value) === 'files' ? ' -r -F' : ' -x';
      return `${within} -l ${option}${takes} -d ${quoted(summary)}`;
    }),
    `${within} -l help -d ${quoted(helpOption.summary)}`,
    ...(operand === 'nothing' ? [] : [operand === 'files' ? `${within} -F` : `${within} -a '${operand.join(' ')}'`]),
  ];
}

/** Where exactly these words stand before the one that is being typed. */
function next(...words: readonly string[]): string {
  return `complete -c kured-host -n '__kured_host_next${words.map((word) => ` ${word}`).join('')}'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
