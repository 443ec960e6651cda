import type { Mutant } from '../mutant.ts';

const logind = 'src/systemd/logind.ts';
const jobs = 'src/systemd/jobs.ts';

/** The adapters of the machine: logind, systemd, hooks, memory. */
export const machineMutants: readonly Mutant[] = [
  {
    name: 'logind does not answer: taken for a refusal',
    undoes: 'back out only if it is certain that no reboot was asked for',
    cuts: [
      {
        file: logind,
        takes: "return { is: 'unknown', reason: reason('reboot-unanswered', { why: answer.why }) };",
        puts: 'return refused(answer.why);',
      },
    ],
  },
  {
    name: 'a shutdown that is under way already is taken for a refusal',
    undoes: 'OperationInProgress is a reboot under way',
    cuts: [
      { file: logind, takes: 'if (inProgress.test(answer.text)) {', puts: "if (answer.text === '') {" },
      {
        file: logind,
        takes: 'if (clearRefusal.test(answer.text)) return',
        puts: 'if (clearRefusal.test(answer.text) || inProgress.test(answer.text)) return',
      },
    ],
    because: 'only clear words are taken for a refusal, so they are made to be among them',
  },
  {
    name: 'the bus was lost in the middle of the call: taken for a refusal',
    undoes: 'a connection lost right after the call means "probably accepted"',
    cuts: [
      {
        file: 'src/systemd/busctl.ts',
        takes: "if (text === '' || lost.test(text))",
        puts: "if (text === '')",
      },
      {
        file: logind,
        takes: 'if (clearRefusal.test(answer.text)) return refused(answer.text);',
        puts: "if (clearRefusal.test(answer.text) || answer.text !== '') return refused(answer.text);",
      },
    ],
    because: 'whatever is no clear refusal leaves open whether the machine goes down, so both are taken away',
  },
  {
    name: 'inhibitors are not looked for before the call',
    undoes: 'block inhibitors refuse on every version of systemd',
    cuts: [
      {
        file: logind,
        takes: "  if (permission.is !== 'allowed')\n",
        puts: "  if (permission.is !== 'allowed' && signal.aborted)\n",
      },
    ],
  },
  {
    name: 'what systemd does cannot be read: nothing is under way',
    undoes: 'one part that cannot be read makes the whole unknown',
    cuts: [
      { file: jobs, takes: "  if (preparing.is === 'unknown') return preparing;\n", puts: '' },
      { file: jobs, takes: "  if (jobs.is === 'unreadable') return cannotTell(jobs.why);\n", puts: '' },
    ],
    because: 'each part is looked at by itself',
  },
  {
    name: 'a SIGTERM that nobody explains is taken for a stop',
    undoes: 'unknown: leave, the next start goes on',
    cuts: [
      {
        file: jobs,
        takes: "return (await systemState(systemctl, signal)).is === 'stopping' ? 'shutdown' : 'unknown';",
        puts: "return (await systemState(systemctl, signal)).is === 'stopping' ? 'shutdown' : 'stop';",
      },
    ],
  },
  {
    name: 'a restart of the service gives the Lease back',
    undoes: 'law 6: a restart leaves everything as it is',
    cuts: [
      {
        file: 'src/core/phases/transition.ts',
        takes:
          "if (stop === 'stop' && (name === 'queued' || name === 'draining' || name === 'backing-out')) return null;",
        puts: "if (name === 'queued' || name === 'draining' || name === 'backing-out') return null;",
      },
      {
        file: 'src/core/phases/drain-back-out.ts',
        takes: "if (facts.stop === 'stop') return reason('stopping');",
        puts: "if (facts.stop !== null) return reason('stopping');",
      },
    ],
    because: 'the stop is looked at in two places',
  },
  {
    name: 'a command that failed asked for no reboot',
    undoes: 'a command that was started is never certain',
    cuts: [
      {
        file: 'src/host/reboot-command.ts',
        takes: ': unanswered(`it ended with exit code',
        puts: ': refused(`it ended with exit code',
      },
    ],
  },
  {
    name: 'a hook that fails is taken for one that succeeded',
    undoes: 'a hook that fails says that this node must not go down now',
    cuts: [
      {
        file: 'src/hooks/run.ts',
        takes: 'return result.code === 0 ? null : `it ended',
        puts: 'return result.code < 128 ? null : `it ended',
      },
    ],
  },
  {
    name: 'a hook that does not end in time is taken for one that succeeded',
    undoes: 'a hook that fails says that this node must not go down now',
    cuts: [
      {
        file: 'src/hooks/run.ts',
        takes: 'return `it did not end within',
        puts: 'return timeout > 0 ? null : `it did not end within',
      },
    ],
  },
  {
    name: 'a hook that others may write is run as root',
    undoes: 'a hook that root does not own, or that others may write, is refused',
    cuts: [{ file: 'src/hooks/trust.ts', takes: 'const othersWrite = 0o022;', puts: 'const othersWrite = 0o002;' }],
  },
  {
    name: 'what is remembered is written after what it leads to',
    undoes: 'before each step with an effect it is written down',
    cuts: [
      {
        file: 'src/daemon/loop.ts',
        takes: '  decided(step.state);\n  for (const effect of step.effects) perform(effect);\n',
        puts: '  for (const effect of step.effects) perform(effect);\n  decided(step.state);\n',
      },
    ],
  },
  {
    name: 'memory that cannot be read ends the service',
    undoes: 'memory may be lost',
    cuts: [
      {
        file: 'src/host/memory-file.ts',
        takes: '  } catch (error) {\n    return unknown(',
        puts: "  } catch (error) {\n    if (file !== '') throw error;\n    return unknown(",
      },
    ],
  },
  {
    name: 'a half-written memory replaces the old one',
    undoes: 'after a power cut either the old or the new text is there',
    cuts: [
      {
        file: 'src/host/memory-file.ts',
        takes: 'const next = `',
        puts: 'const next = file || `',
      },
    ],
  },
  {
    name: 'an effect whose executor fails never has an outcome',
    undoes: 'each effect gives exactly one outcome event',
    cuts: [
      {
        file: 'src/daemon/perform.ts',
        takes: '    parts.inbox.put(knowingNothing(effect, why, parts.clock.mono()));\n',
        puts: '    knowingNothing(effect, why, parts.clock.mono());\n',
      },
    ],
  },
];
