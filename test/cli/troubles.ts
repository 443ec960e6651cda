import { startFakeApiServer } from '../fakes/api-server.ts';
import { kubeconfigText } from '../fakes/server/credentials.ts';
import type { Bench } from './bench.ts';

/** Something that is wrong on the machine or in the cluster. */
export interface Trouble {
  readonly what: string;
  readonly make: (bench: Bench) => void | Promise<void>;
  readonly code: number;
  /** What every command says of it, once. */
  readonly words: RegExp;
}

/** What keeps every command that needs the API server from its work. */
export const troubles: readonly Trouble[] = [
  {
    what: 'a misspelt key',
    make: (bench) => bench.configure('drain: {timout: 5m}'),
    code: 78,
    words: /config\.yaml:3:9: the key "drain\.timout" is not known; did you mean drain\.timeout\?/,
  },
  {
    what: 'a wrong type',
    make: (bench) => bench.configure('concurrency: many'),
    code: 78,
    words: /config\.yaml:3:14: concurrency must be .*; it is "many"/,
  },
  {
    what: 'a duration without a unit',
    make: (bench) => bench.configure('drain: {timeout: 30}'),
    code: 78,
    words:
      /config\.yaml:3:18: drain\.timeout must be a duration .*which has no unit|config\.yaml:3:18: drain\.timeout must be a duration .*the number 30/,
  },
  {
    what: 'no kubeconfig',
    make: (bench) => bench.configure('', 'kubeconfig: /nowhere/kubelet.conf'),
    code: 78,
    words: /no kubeconfig of a kubelet was found \(\/nowhere\/kubelet\.conf\)/,
  },
  {
    what: 'a malformed kubeconfig',
    make: (bench) => void bench.file('kubelet.conf', 'clusters: [{name: a\nusers: ]\n'),
    code: 78,
    words: /the credentials in \S+kubelet\.conf cannot be used: line \d: /,
  },
  {
    what: 'a node name that contradicts the certificate',
    make: (bench) => bench.configure('', `kubeconfig: ${bench.path('kubelet.conf')}, nodeName: n9`),
    code: 78,
    words: /they belong to the Node n1, but credentials\.nodeName is n9/,
  },
  {
    what: 'credentials that the API server does not accept',
    make: (bench) =>
      void bench.file('kubelet.conf', kubeconfigText({ url: bench.server.url, ca: bench.server.ca, token: 'old' })),
    code: 78,
    words: /the credentials in \S+kubelet\.conf cannot be used: .*401/,
  },
  {
    what: 'an API server that is not there',
    make: (bench) => bench.server.stop(),
    code: 69,
    words: /the API server https:\S+ cannot be reached: the connection is refused/,
  },
  {
    what: 'an authority that did not sign the API server’s certificate',
    make: async (bench) => {
      await using other = await startFakeApiServer();
      bench.file('kubelet.conf', kubeconfigText({ ...bench.server.nodeCredentials('n1'), ca: other.ca }));
    },
    code: 69,
    words: /the API server https:\S+ cannot be reached: its certificate is not trusted: /,
  },
];
