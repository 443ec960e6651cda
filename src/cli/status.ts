import { reasonSentence } from '../core/reasons.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { askDaemon, type Told } from './daemon-status.ts';
import { interruptible } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';
import { statusText, type WhyView, whyOf, whyText } from './status-text.ts';
import { lookWithoutDaemon, type Stopped } from './stopped.ts';
import { stoppedJson, stoppedText, stoppedWhy } from './stopped-text.ts';

export const statusCommand: Command = {
  name: 'status',
  operands: [],
  summary: 'where this node is, why it waits, what comes next',
  description:
    'Asks the running daemon. Where none runs, or none answers, it says so, and shows what the Lease, the Node, the boot ID and the sentinel files tell, and what the daemon would do next; what cannot be told is shown as unknown. That the daemon does not run is no failure of this command ("systemctl is-active kured-host" asks just that); a daemon or an API server that does not answer is one.',
  options: { json: jsonOption, config: { ...configOption, summary: `${configOption.summary} where no daemon runs` } },
  examples: [
    { line: 'kured-host status', what: 'where this node is' },
    { line: 'kured-host status --json', what: 'the same for a script' },
  ],
  run: status,
};

export const whyCommand: Command = {
  name: 'why',
  operands: [],
  summary: 'every reason why this node does not reboot now, each with its remedy',
  description:
    'The first line is the sentence that status, systemctl and the Node show; where no daemon runs, that it does not. The exit codes are those of status.',
  options: statusCommand.options,
  examples: [{ line: 'kured-host why', what: 'each reason, and what to do about it' }],
  run: why,
};

async function status(io: Io, given: Given): Promise<ExitCode> {
  const json = isGiven(given, 'json');
  return await tell(io, given, {
    told: (told) => (json ? jsonText(toldJson(told)) : statusText(told)),
    stopped: (stopped) =>
      json ? jsonText(stoppedJson(stopped, io.clock.now())) : stoppedText(stopped, io.clock.now()),
  });
}

async function why(io: Io, given: Given): Promise<ExitCode> {
  const text = (view: WhyView): string => (isGiven(given, 'json') ? jsonText(view) : whyText(view));
  return await tell(io, given, {
    told: (told) => text(whyOf(told)),
    stopped: (stopped) => text(stoppedWhy(stopped, io.clock.now())),
  });
}

/** From the daemon where one answers, else from everything else. */
async function tell(
  io: Io,
  given: Given,
  texts: { readonly told: (told: Told) => string; readonly stopped: (stopped: Stopped) => string },
): Promise<ExitCode> {
  const answer = await askDaemon(io);
  switch (answer.is) {
    case 'told':
      io.out(texts.told(answer.told));
      return exitCode.done;
    case 'forbidden':
      io.err(`only root and the group kured-host may ask the daemon (${answer.socket})\n`);
      return exitCode.notPermitted;
    case 'stopped':
    case 'silent': {
      const settings = await settingsOrProblems(io, given);
      if (settings === null) {
        io.err(`${reasonSentence(answer.why)}, and nothing more can be told before the configuration is mended\n`);
        return exitCode.configuration;
      }
      const stopped = await lookWithoutDaemon(io, settings, answer.why, interruptible(io));
      io.out(texts.stopped(stopped));
      return answer.is === 'silent' && stopped.code === exitCode.done ? exitCode.unavailable : stopped.code;
    }
  }
}

function toldJson({ status: at, waiting, configuration }: Told): object {
  return at === null ? { running: true, waiting, configuration } : { running: true, ...at, configuration };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
