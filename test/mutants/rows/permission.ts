import type { Mutant } from '../mutant.ts';

const asking = 'src/daemon/observe-permission.ts';

/** What may refuse a reboot, and what asks for one. */
export const permissionMutants: readonly Mutant[] = [
  {
    name: 'unknown permission is taken for allowed',
    undoes: 'law 2: never a reboot while permission is unknown',
    cuts: [
      {
        file: 'src/core/permission.ts',
        takes: "const against = answers.filter((answer) => answer.is !== 'allowed');",
        puts: "const against = answers.filter((answer) => answer.is !== 'allowed').filter(({ is }) => is === 'refused');",
      },
    ],
  },
  {
    name: 'a blocker that does not answer is left out',
    undoes: 'law 2: a reason that cannot be read refuses',
    cuts: [
      {
        file: asking,
        takes: "return { is: 'unknown', reasons: [reason('permission-unknown', { source: source.name, why })] };",
        puts: "return why === '' ? { is: 'unknown', reasons: [reason('permission-unknown', { source: source.name, why })] } : { is: 'allowed' };",
      },
    ],
  },
  {
    name: "a slow blocker's answer makes the others' answers young",
    undoes: 'law 2: permission no older than ten seconds',
    cuts: [{ file: asking, takes: 'if (!late || answers.some', puts: 'if (late || answers.some' }],
  },
  {
    name: 'a hint that permission may have turned is not heeded',
    undoes: 'law 2: an answer from before the hint is worth nothing',
    cuts: [
      {
        file: 'src/core/phases/observe.ts',
        takes: 'const worth = event.askedAt >= facts.hintAt;',
        puts: 'const worth = event.askedAt >= 0;',
      },
    ],
  },
  {
    name: 'a person’s hold on the node is not heeded',
    undoes: 'law 2: never a reboot while permission is refused',
    cuts: [
      {
        file: 'src/core/node-wishes.ts',
        takes: 'if (held === null) return others;',
        puts: 'if (held === null || others !== null) return others;',
      },
      {
        file: 'src/core/phases/drain-back-out.ts',
        takes: '  if (held !== null) return held;\n',
        puts: '',
      },
    ],
    because: 'a drain looks at the hold by itself, so both are taken away',
  },
  {
    name: 'the window is a day longer than it says',
    undoes: 'law 2: no reboot outside the window',
    cuts: [
      {
        file: 'src/windows/days.ts',
        takes: "if (weekdayOf === 'opening') return [[start, end + 86_400]];",
        puts: "if (weekdayOf === 'opening') return [[start, end + 2 * 86_400]];",
      },
    ],
  },
  {
    name: 'an excluded date is off by one day',
    undoes: 'law 2: no reboot on an excluded date',
    cuts: [
      {
        file: 'src/windows/exclusions.ts',
        takes: 'const range = once.find(({ from, to }) => from <= day && day <= to);',
        puts: 'const range = once.find(({ from, to }) => from <= day && day < to);',
      },
    ],
  },
  {
    name: 'a clock of 1970 opens the window',
    undoes: 'a clock earlier than the build is unknown',
    cuts: [{ file: 'src/daemon/window-source.ts', takes: 'if (wall < built) return', puts: 'if (wall < 0) return' }],
  },
  {
    name: 'a window whose edge comes is not noticed',
    undoes: 'permission is asked again at the window’s edge',
    cuts: [
      {
        file: 'src/daemon/window-source.ts',
        takes: 'if (last !== null && last !== standing) hint();',
        puts: 'if (last !== null && last === standing) hint();',
      },
    ],
  },
  {
    name: 'the clock stands still while the machine sleeps',
    undoes: 'permission from before the sleep is old',
    cuts: [
      {
        file: 'src/daemon/asleep.ts',
        takes: 'if (more > asleep + noise) asleep = more;',
        puts: 'if (more < asleep - noise) asleep = more;',
      },
    ],
  },
  {
    name: 'a process that was stopped for an hour does not notice',
    undoes: 'who was away asks everything again',
    cuts: [
      {
        file: 'src/daemon/attendance.ts',
        takes: 'this.#due !== null && now - this.#due > longestDelay ?',
        puts: 'this.#due !== null && now - this.#due < 0 ?',
      },
    ],
  },
  {
    name: 'Prometheus cannot be reached: no alert is known, so none is active',
    undoes: 'law 2: a reason that cannot be read refuses',
    cuts: [
      {
        file: 'src/prometheus/source.ts',
        takes:
          "return { is: 'unknown', reasons: [unknownReason('Prometheus', url, why)] };\n}\n\nfunction unknownReason",
        puts: "return why === url ? { is: 'unknown', reasons: [] } : { is: 'allowed' };\n}\n\nfunction unknownReason",
      },
    ],
  },
  {
    name: 'a silence of any alert silences all',
    undoes: 'an alert is silenced under exactly its labels',
    cuts: [
      {
        file: 'src/prometheus/alerts.ts',
        takes: '!muted.has(keyOf({ ...externalLabels, ...labels }))',
        puts: '(muted.size === 0 || labels === externalLabels)',
      },
    ],
  },
  {
    name: 'inhibitors that cannot be listed are none',
    undoes: 'law 2: a reason that cannot be read refuses',
    cuts: [
      {
        file: 'src/systemd/logind.ts',
        takes: "if (locks.is === 'unknown') return { is: 'unknown', reasons: [locks.reason], passing };",
        puts: "if (locks.is === 'unknown') return { is: 'allowed' };",
      },
    ],
  },
  {
    name: 'a sentinel’s command that fails says that no reboot is needed',
    undoes: 'an unknown need is neither a need nor none',
    cuts: [
      {
        file: 'src/sentinel/command.ts',
        takes: 'if (result.code === 1) {',
        puts: 'if (result.code >= 1) {',
      },
    ],
  },
];
