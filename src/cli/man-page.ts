import { argument, paragraphs, roff } from '../config/roff.ts';
import type { Command } from './commands.ts';
import { optionOf, usageOf } from './help.ts';
import { exitMeanings } from './io.ts';

/** kured-host(1) as man(7) source, from the table of commands; `version` goes into its foot. */
export function renderManPage(commands: readonly Command[], version: string): string {
  return [
    `.TH KURED\\-HOST 1 "" ${argument(`kured-host ${version}`)} "User Commands"`,
    '.SH NAME',
    'kured\\-host \\- reboot this Kubernetes node when it needs it, one node at a time',
    '.SH SYNOPSIS',
    '.B kured\\-host',
    '.I COMMAND',
    roff('[OPTION…]'),
    '.SH DESCRIPTION',
    ...paragraphs(description),
    '.SH COMMANDS',
    ...commands.flatMap(entry),
    '.SH EXIT STATUS',
    ...exitMeanings.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.SH FILES',
    ...files.flatMap(([path, what]) => ['.TP', `.I ${roff(path)}`, roff(what)]),
    '.SH SEE ALSO',
    '.BR kured\\-host\\-config (5),',
    '.BR kured\\-host.service (8),',
    '.BR kubectl (1)',
    '',
  ].join('\n');
}

const description: readonly string[] = [
  'The service kured-host.service runs "kured-host run" on each node. All other commands are for people: they ask the running daemon, ' +
    "or the API server with this node's own credentials, and so are for root, on the node.",
  'Where only kubectl is at hand, every remedy is one line of it: see the remedies in the documentation.',
];

const files: readonly (readonly [path: string, what: string])[] = [
  ['/etc/kured-host/config.yaml', 'the configuration, see kured-host-config(5)'],
  ['/run/kured-host/status.sock', 'where status and metrics are asked for; for root and the group kured-host'],
  ['/run/kured-host/control.sock', 'where the daemon takes requests; for root'],
  [
    '/var/lib/kured-host/memory.json',
    'what may be lost: back-off, age of the need, last fence, counts, messages not sent yet',
  ],
];

function entry(command: Command): readonly string[] {
  const { description: about, options, examples } = command;
  return [
    `.SS ${argument(usageOf(command))}`,
    roff(about),
    ...Object.entries(options).flatMap(([name, { value, summary }]) => [
      '.TP',
      `.B ${roff(optionOf(name, value))}`,
      roff(summary),
    ]),
    ...examples.flatMap(({ line, what }) => ['.PP', roff(`${what}:`), '.br', `.B ${roff(line)}`]),
  ];
}
