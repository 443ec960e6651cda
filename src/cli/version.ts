import { type Command, type Given, isGiven, jsonOption } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const versionCommand: Command = {
  name: 'version',
  operands: [],
  summary: 'the version of kured-host',
  description: 'Prints the version, the revision it was built from, and the version of Node it runs on.',
  options: { json: jsonOption },
  examples: [{ line: 'kured-host version', what: 'what is installed' }],
  run: version,
};

async function version(io: Io, given: Given): Promise<ExitCode> {
  const of = { version: io.version, revision: io.revision, node: io.nodeVersion };
  const text = `kured-host ${of.version} (${of.revision}, Node ${of.node})\n`;
  io.out(isGiven(given, 'json') ? `${JSON.stringify(of, null, 2)}\n` : text);
  return exitCode.done;
}
