import { acceptTexts, refuse } from '../config/accept.ts';
import { type Loading, loadSettings } from '../config/load.ts';
import { problemText } from '../config/problem.ts';
import { largestConfig, readConfigBytes } from '../config/read-file.ts';
import { settingsJson, showSettings } from '../config/show.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { loadConfiguration } from './settings.ts';

export const configCheckCommand: Command = {
  name: 'config check',
  operands: [{ name: 'FILE', optional: true, stdin: true }],
  summary: 'whether the configuration would be taken; every problem with file, line and column',
  description:
    'Checks FILE alone, or without it what the daemon would read: /etc/kured-host/config.yaml and the drop-ins. A lone - or -- in its place reads standard input.',
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
  if (isGiven(given, 'json')) io.out(`${JSON.stringify(checkJson(loaded), null, 2)}\n`);
  if (!loaded.valid) {
    for (const problem of loaded.problems) io.err(`${problemText(problem)}\n`);
    return exitCode.configuration;
  }
  for (const warning of loaded.warnings) io.err(`warning: ${problemText(warning)}\n`);
  if (isGiven(given, 'json')) return exitCode.done;
  io.out(`ok: ${loaded.files.length === 0 ? 'no file, all defaults' : loaded.files.join(', ')}\n`);
  return exitCode.done;
}

function checkJson(loaded: Loading): object {
  const warnings = loaded.valid ? loaded.warnings : [];
  return {
    valid: loaded.valid,
    files: loaded.valid ? loaded.files : [],
    problems: loaded.valid ? [] : loaded.problems,
    warnings,
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
