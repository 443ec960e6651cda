import type { Mutant } from '../mutant.ts';

const watch = 'src/kubernetes/watch.ts';
const drain = 'src/daemon/perform-drain.ts';

/** The adapters of the API server: watches and evictions. */
export const clusterMutants: readonly Mutant[] = [
  {
    name: 'a watch that was lost is not begun again',
    undoes: 'a watch goes on until it is no longer wanted',
    cuts: [
      {
        file: watch,
        takes: "await pace.wait(signal, end.is === 'lost' ? end.retryAfter : null);",
        puts: "if (end.is === 'lost') return;",
      },
    ],
  },
  {
    name: 'a watch that broke goes on from where it was, and nothing is read anew',
    undoes: 'after anything but a routine end all is read anew',
    cuts: [
      {
        file: 'src/kubernetes/watch-begin.ts',
        takes: "if (routine && seen.position !== '') {",
        puts: "if ((routine || seen.position !== '') && seen.position !== '') {",
      },
    ],
  },
  {
    name: 'a watch whose version has expired goes on from it for ever',
    undoes: 'an expired version has everything read anew',
    cuts: [
      {
        file: 'src/kubernetes/watch-deliver.ts',
        takes: "      seen.expire();\n      return { is: 'expired' };",
        puts: "      return { is: 'expired' };",
      },
      {
        file: 'src/kubernetes/watch-begin.ts',
        takes: "if (reply.problem.status === 410) return 'expired';",
        puts: '',
      },
    ],
    because: 'the API server says so in the stream, or as an answer: both are taken away',
  },
  {
    name: 'a watch that is always cut after the same silence is asked for as before',
    undoes: 'behind a balancer that cuts what is silent, watches end before',
    cuts: [{ file: 'src/kubernetes/watch-begin.ts', takes: 'transport.cuts.life ?? ', puts: '' }],
  },
  {
    name: 'a watch that is silent is believed',
    undoes: 'a watch without a bookmark for two and a half minutes does not work',
    cuts: [
      {
        file: 'src/kubernetes/watch-deliver.ts',
        takes: 'const silence = 150_000;',
        puts: 'const silence = 150_000_000;',
      },
    ],
  },
  {
    name: 'nobody is told that a watch broke',
    undoes: 'what is known of before a broken watch is no base',
    cuts: [
      {
        file: watch,
        takes:
          "    broken = end.is === 'lost' ? end.reason : endedAtOnce(what);\n    yield { is: 'broken', reason: broken };\n",
        puts: "    broken = end.is === 'lost' ? null : endedAtOnce(what);\n",
      },
    ],
  },
  {
    name: 'of several states of the cluster only the first is seen',
    undoes: 'who follows sees the newest after each change',
    cuts: [
      {
        file: 'src/kubernetes/latest.ts',
        takes: 'if (this.#value !== null && this.#value !== shown) {',
        puts: 'if (this.#value !== null && shown === null) {',
      },
    ],
  },
  {
    name: 'an eviction hits another pod of the same name',
    undoes: "an eviction has the pod's UID as precondition",
    cuts: [
      {
        file: 'src/kubernetes/evict.ts',
        takes: 'deleteOptions: { preconditions: { uid }, ...grace,',
        puts: 'deleteOptions: { ...(uid === name ? { preconditions: { uid } } : {}), ...grace,',
      },
    ],
  },
  {
    name: "a proxy's 404 is taken for a pod that is gone",
    undoes: 'gone is a pod when the watch says so',
    cuts: [
      {
        file: 'src/kubernetes/evict.ts',
        takes: 'if (status === 404 && !isGone(reply.problem, pod.name))',
        puts: "if (status === 404 && pod.name === '' && !isGone(reply.problem, pod.name))",
      },
    ],
  },
  {
    name: 'a disruption budget that refuses is taken for an overloaded API server',
    undoes: 'a 429 of a budget is told from one of overload',
    cuts: [
      {
        file: 'src/core/drain/eviction-answer.ts',
        takes: "({ reason }) => reason === 'DisruptionBudget'",
        puts: "({ reason }) => reason === 'Disruption'",
      },
    ],
  },
  {
    name: 'a drain is over while nobody sees the pods',
    undoes: 'only a complete view says that no pod is left',
    cuts: [
      {
        file: drain,
        takes: 'if (this.#view.complete && evictions.length === 0 && this.#underWay.size === 0)',
        puts: 'if (evictions.length === 0 && this.#underWay.size === 0)',
      },
    ],
  },
  {
    name: 'a pod whose eviction was accepted counts as gone',
    undoes: 'a drain waits until every pod is gone',
    cuts: [
      {
        file: drain,
        takes: 'if (this.#view.complete && evictions.length === 0 && this.#underWay.size === 0)',
        puts: 'if (this.#view.complete && this.#open(evictions).length === 0 && this.#underWay.size === 0)',
      },
    ],
  },
  {
    name: 'the pods of a DaemonSet are waited for',
    undoes: 'a pod that its controller puts back at once is left',
    cuts: [
      {
        file: 'src/core/drain/plan.ts',
        takes: "if (pod.controller?.kind === 'DaemonSet' && !isFinished(pod)) return 'daemonset';",
        puts: '',
      },
    ],
  },
];
