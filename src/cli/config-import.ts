import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { acceptTexts } from '../config/accept.ts';
import { outsideText } from '../core/outside-text.ts';
import { getDaemonSet } from '../kubernetes/daemon-set.ts';
import { type Finding, fromArguments, fromDaemonSet, fromText } from '../kured/find.ts';
import type { Sheet } from '../kured/sheet.ts';
import { translate } from '../kured/translate.ts';
import { isProblem, readTargets } from '../notify/targets.ts';
import { exitOf, tellReason } from './cluster.ts';
import { type Command, type Given, textOf } from './commands.ts';
import { writeImport } from './import-files.ts';
import { sheetYaml } from './import-text.ts';
import { interruptible } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { wholeInput } from './whole-input.ts';

export const configImportCommand: Command = {
  name: 'config import-kured',
  operands: [{ name: 'FLAG', optional: true, rest: true }],
  summary: "kured's settings as a configuration, and what differs",
  description:
    'Reads the flags of kured behind --, with KURED_ variables of the environment; or a file with a DaemonSet, values of its Helm chart or a command line; or the DaemonSet in the cluster; flags behind -- are added to either. Prints the configuration, with a comment on each line that means something else than with kured, and on standard error what has no counterpart, and why. With which kured would not start, or what cannot be said here, ends it with 78, and nothing is written. Secrets are never printed: a notification URL goes into a file of --secrets.',
  options: {
    from: {
      type: 'string',
      value: 'FILE',
      summary: 'a DaemonSet, Helm values or a command line; - for standard input',
    },
    kubeconfig: {
      type: 'string',
      value: 'FILE',
      summary: "read the DaemonSet in the cluster, as an admin's kubeconfig may",
    },
    'ds-namespace': { type: 'string', value: 'NAME', summary: 'its namespace (default: kube-system)' },
    'ds-name': { type: 'string', value: 'NAME', summary: 'its name (default: kured)' },
    output: { type: 'string', value: 'FILE', summary: 'write the configuration there, where no file may be yet' },
    secrets: {
      type: 'string',
      value: 'FOLDER',
      summary: 'write URLs and passwords there, each a file that only its owner may read',
    },
  },
  examples: [
    {
      line: 'kured-host config import-kured -- --start-time=22:00 --end-time=5:00 --concurrency=2',
      what: 'what these flags mean here',
    },
    {
      line: 'kured-host config import-kured --from values.yaml --output /etc/kured-host/config.d/50-kured.yaml',
      what: 'values of the Helm chart as a drop-in',
    },
    {
      line: 'kured-host config import-kured --kubeconfig ~/.kube/config --secrets /etc/kured-host',
      what: 'what runs in the cluster now, with its notification URL',
    },
  ],
  run: importKured,
};

/** The most bytes that are read: 4 MiB of YAML are more than the memory the program gives itself. */
const largest = 1024 * 1024;

/** Where the package keeps its configuration. */
const usualFolder = '/etc/kured-host';

async function importKured(io: Io, given: Given): Promise<ExitCode> {
  const folder = textOf(given, 'secrets')?.replace(/(?<=.)\/+$/, '');
  if (folder !== undefined && !folder.startsWith('/')) {
    io.err('--secrets needs an absolute path, as the configuration names files by theirs\n');
    return exitCode.usage;
  }
  const finding = await find(io, given);
  if (typeof finding === 'number') return finding;
  if ('why' in finding) {
    io.err(`${finding.why}\n`);
    return exitCode.failed;
  }
  const found = { ...finding.found, added: isElsewhere(given) ? given.operands : [] };
  const sheet = translate(found, { folder: folder ?? usualFolder, urlTrouble });
  const text = sheetYaml(sheet, `The settings of kured, read from ${finding.as} by "kured-host config import-kured".`);
  const wrong = [...sheet.problems, ...(sheet.problems.length > 0 ? [] : notTaken(text))];
  tellNotes(io, sheet);
  if (wrong.length > 0) {
    for (const problem of wrong) io.err(`error: ${problem}\n`);
    return exitCode.configuration;
  }
  return await writeImport(io, {
    text,
    secrets: sheet.secrets,
    output: textOf(given, 'output') ?? null,
    folder: folder ?? null,
  });
}

function isElsewhere(given: Given): boolean {
  return textOf(given, 'from') !== undefined || textOf(given, 'kubeconfig') !== undefined;
}

async function find(io: Io, given: Given): Promise<Finding | ExitCode> {
  const [file, kubeconfig] = [textOf(given, 'from'), textOf(given, 'kubeconfig')];
  if (file !== undefined && kubeconfig !== undefined) return usage(io, 'give --from or --kubeconfig, not both');
  if (kubeconfig !== undefined) return await findInCluster(io, given, kubeconfig);
  if (file !== undefined) return await findInFile(io, file);
  const set = Object.keys(io.env).some((name) => name.startsWith('KURED_'));
  if (given.operands.length === 0 && !set) {
    return usage(io, 'nothing to read: give --from FILE, --kubeconfig FILE, or the flags of kured behind --');
  }
  return { found: fromArguments(given.operands, io.env), as: 'a command line' };
}

async function findInFile(io: Io, file: string): Promise<Finding | ExitCode> {
  const name = file === '-' ? 'standard input' : outsideText(file, 200);
  const unread = (why: string): ExitCode => {
    io.err(`${name} cannot be read: ${why}\n`);
    return exitCode.failed;
  };
  try {
    const bytes = file === '-' ? await io.input(largest) : await wholeInput(createReadStream(file), largest);
    if (bytes === null)
      return unread('it is larger than 1 MiB; give the DaemonSet of kured alone, without the other objects');
    if (!isUtf8(bytes)) return unread('it is not UTF-8 text; save it as UTF-8');
    return fromText(bytes.toString('utf8'));
  } catch (error) {
    return unread(error instanceof Error ? outsideText(error.message, 200) : 'unknown');
  }
}

async function findInCluster(io: Io, given: Given, kubeconfig: string): Promise<Finding | ExitCode> {
  const of = { namespace: textOf(given, 'ds-namespace') ?? 'kube-system', name: textOf(given, 'ds-name') ?? 'kured' };
  const answer = await getDaemonSet(kubeconfig, of, io.clock, interruptible(io));
  if (answer.is === 'found') return fromDaemonSet(answer.object);
  tellReason(io, answer.reason);
  return exitOf(answer.reason);
}

function usage(io: Io, why: string): ExitCode {
  io.err(`${why}; see "kured-host help config import-kured"\n`);
  return exitCode.usage;
}

function urlTrouble(url: string): string | null {
  const [target] = readTargets('notify', url);
  if (target === undefined) return 'there is no URL';
  return isProblem(target) ? target.message : null;
}

/** What our own check says of it: a value of kured that is out of the bounds here. */
function notTaken(text: string): readonly string[] {
  const accepted = acceptTexts([{ file: '', text }]);
  return accepted.valid ? [] : accepted.problems.map(({ message }) => message);
}

function tellNotes(io: Io, { notes }: Sheet): void {
  for (const { flag, text } of notes) io.err(flag === null ? `${text}\n` : `--${flag}: ${text}\n`);
}
