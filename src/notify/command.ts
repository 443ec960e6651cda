import { outsideText } from '../core/outside-text.ts';
import type { CommandRunner } from '../ports/commands.ts';
import { type Delivery, fieldsOf, type Message } from './message.ts';
import type { Target } from './targets.ts';

/** Milliseconds that one run may take. */
const runLimit = 10_000;

/** The command that is told. Another command in its place gets what still waits for the one before. */
export function commandTarget(argv: readonly string[]): Target {
  return { key: 'command', name: `command, ${outsideText(argv[0] ?? '', 200)}`, way: { by: 'command', argv } };
}

/** Runs the command once, with the message as a line of JSON on its standard input. Exit code 0 is sent, all else is tried again. */
export async function runCommand(
  commands: CommandRunner,
  argv: readonly string[],
  message: Message,
  signal: AbortSignal,
): Promise<Delivery> {
  const input = `${JSON.stringify(fieldsOf(message))}\n`;
  const end = await commands.run(argv, { timeout: runLimit, input }, signal);
  switch (end.is) {
    case 'exited':
      return end.code === 0 ? { is: 'sent' } : failed(`it ends with exit code ${end.code}`, end.output);
    case 'killed':
      return failed(`it is ended by ${outsideText(end.signal, 20)}`, end.output);
    case 'timeout':
      return failed(`it does not end within ${runLimit / 1000} s`, end.output);
    case 'missing':
    case 'failed':
      return failed(outsideText(end.why, 300), '');
  }
}

function failed(what: string, output: string): Delivery {
  const said = outsideText(output, 200);
  return { is: 'failed', why: said === '' ? what : `${what}: ${said}`, after: null };
}
