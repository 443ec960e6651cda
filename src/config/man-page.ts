import { baseFile, dropInFolders } from './find.ts';
import { defaultText, ofSection, typeText } from './reference.ts';
import { argument, lines, paragraphs, roff } from './roff.ts';
import { type Key, keyParts, rowOf, sections } from './schema.ts';

/** kured-host-config(5) as man(7) source; `version` goes into its foot. */
export function renderManPage(version: string): string {
  return [
    `.TH KURED\\-HOST\\-CONFIG 5 "" ${argument(`kured-host ${version}`)} "File Formats"`,
    '.SH NAME',
    'kured\\-host\\-config \\- configuration of kured\\-host',
    '.SH SYNOPSIS',
    ...lines([baseFile, ...dropInFolders.map((folder) => `${folder}/*.yaml`)]),
    '.SH DESCRIPTION',
    ...paragraphs(description),
    ...[...sections].flatMap(([section, about]) => [
      `.SH ${argument(section.toUpperCase())}`,
      roff(about),
      ...ofSection(section).flatMap(entry),
    ]),
    '.SH KEYS OUTSIDE A SECTION',
    ...ofSection(null).flatMap(entry),
    '.SH SEE ALSO',
    '.BR kured\\-host (1),',
    '.BR kured\\-host.service (8),',
    '.BR systemd.unit (5)',
    '',
  ].join('\n');
}

const description: readonly string[] = [
  'YAML with keys in sections. The base file is read first, then all drop-ins sorted by file name, whichever folder they are in; ' +
    'the same name in /etc hides the one in /run, and that the one in /usr/lib. A link to /dev/null masks a drop-in.',
  'Maps merge, lists replace, and a written null returns a key to its default. Unknown keys are errors. ' +
    'Tags, anchors and aliases are not supported.',
  'Durations are written as Kubernetes writes them: 90s, 1h30m, 1.5h, 500ms. A unit is needed.',
  'On reload the files are taken as a whole or not at all. A change of credentials or of the Lease waits while the Lease is held.',
];

function entry(key: Key): readonly string[] {
  const { sentence, example } = rowOf(key);
  return [
    '.TP',
    `.B ${roff(keyParts(key).name)}`,
    roff(`${sentence} (${typeText(key)}; default ${defaultText(key)}; for example ${example})`),
  ];
}
