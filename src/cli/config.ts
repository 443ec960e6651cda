import { acceptTexts, refuse } from '../config/accept.ts';
import { type Loaded, type Loading, loadSettings } from '../config/load.ts';
import { problemText } from '../config/problem.ts';
import { largestConfig, readConfigBytes } from '../config/read-file.ts';
import type { Key } from '../config/schema.ts';
import { settingsJson, showSettings } from '../config/show.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { keysOfMachine, unfitHere } from './machine-fit.ts';
import { loadConfiguration } from './settings.ts';

export const configCheckCommand: Command = {
  name: 'config check',
  operands: [{ name: 'FILE', optional: true, stdin: true }],
  summary: 'whether the configuration would be taken; every problem with file, line and column',
  description:
    'Without FILE: what the daemon would read, /etc/kured-host/config.yaml and the drop-ins, and whether this machine has what they name, as a start and a reload ask it; that takes root, and what others could not look at is named and ends with 3. With FILE: its text alone. A lone - or -- in its place reads standard input.',
  options: { json: jsonOption },
  examples: [
    { line: 'kured-host config check', what: 'what the daemon would read' },
    { line: 'kured-host config check new.yaml', what: 'a file before it is put in place' },
    { line: 'kured-host config check -- < new.yaml', what: 'the same from standard input' },
  ],
  run: check,
};

export const configShowCommand: Command = {
  name: 'config show',
  operands: [],
  summary: 'the merged configuration, with where each value came from',
  description: 'Prints YAML that means the same as all files together.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host config show', what: 'what holds in the end, and why' }],
  run: show,
};

async function check(io: Io, given: Given): Promise<ExitCode> {
  const [file] = given.operands;
  const { root } = io.places;
  const loaded =
    file === '-' ? await fromInput(io) : await loadSettings(file === undefined ? { root } : { root, file });
  const checked = await onMachine(io, loaded, file === undefined);
  if (isGiven(given, 'json')) io.out(`${JSON.stringify(checkJson(checked), null, 2)}\n`);
  else if (checked.loading.valid) tellValid(io, checked.loading);
  if (!checked.loading.valid) {
    for (const problem of checked.loading.problems) io.err(`${problemText(problem)}\n`);
    return exitCode.configuration;
  }
  for (const warning of checked.loading.warnings) io.err(`warning: ${problemText(warning)}\n`);
  if (checked.notAsked.length === 0) return exitCode.done;
  const keys = checked.notAsked.join(', ');
  const when = file === undefined ? 'run as root' : 'once the file is in place';
  io.err(`not looked at: what this machine has for ${keys}; "kured-host config check", ${when}, looks at it\n`);
  return file === undefined ? exitCode.unknown : exitCode.done;
}

/** What was read, and whether it fits this machine; `notAsked`: of these keys that was not asked. */
interface Checked {
  readonly loading: Loading;
  readonly notAsked: readonly Key[];
}

/** Others than root cannot tell what the daemon, which is root, would find. */
async function onMachine(io: Io, loading: Loading, whole: boolean): Promise<Checked> {
  if (!loading.valid) return { loading, notAsked: [] };
  if (!whole || !io.asRoot) return { loading, notAsked: keysOfMachine(loading.settings) };
  const problems = await unfitHere(io, loading);
  return { loading: problems.length === 0 ? loading : { valid: false, problems }, notAsked: [] };
}

function tellValid(io: Io, { files }: Loaded): void {
  io.out(`ok: ${files.length === 0 ? 'no file, all defaults' : files.join(', ')}\n`);
}

function checkJson({ loading, notAsked }: Checked): object {
  return {
    valid: loading.valid,
    files: loading.valid ? loading.files : [],
    problems: loading.valid ? [] : loading.problems,
    warnings: loading.valid ? loading.warnings : [],
    notAsked,
  };
}

async function fromInput(io: Io): Promise<Loading> {
  const file = 'standard input';
  const read = readConfigBytes(await io.input(largestConfig), file);
  if (read.is === 'refused') return refuse([read.problem]);
  const accepted = acceptTexts([{ file, text: read.text }]);
  return accepted.valid ? { ...accepted, files: [file] } : accepted;
}

async function show(io: Io, given: Given): Promise<ExitCode> {
  const loaded = await loadConfiguration(io, given);
  if (!loaded.valid) {
    for (const problem of loaded.problems) io.err(`${problemText(problem)}\n`);
    return exitCode.configuration;
  }
  const { settings, origins } = loaded;
  if (isGiven(given, 'json')) io.out(`${JSON.stringify(settingsJson(settings, origins), null, 2)}\n`);
  else io.out(showSettings(settings, origins));
  return exitCode.done;
}
