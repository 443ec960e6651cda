import { manifestYaml } from '../kubernetes/manifest.ts';
import { type Command, type Given, isGiven, textOf } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const manifestCommand: Command = {
  name: 'manifest',
  operands: [],
  summary: 'what an admin applies to the cluster once',
  description:
    'Prints namespace, Lease, ServiceAccount, roles and admission policy of one pool. Applying it again changes nothing, also in the middle of a reboot. Without it nothing is ever rebooted.',
  options: {
    namespace: { type: 'string', value: 'NAME', summary: 'namespace of the Lease (default: kured-host)' },
    'take-over': {
      type: 'boolean',
      summary:
        'also what lets the pool go on when the Node of a holder is deleted: its claim is taken over after 15 minutes',
    },
    pool: { type: 'string', value: 'NAME', summary: 'a pool of its own, with the Lease kured-host-NAME' },
  },
  examples: [
    {
      line: 'kured-host manifest --take-over | kubectl apply -f -',
      what: 'the same, for a cluster whose machines come and go',
    },
    { line: 'kured-host manifest | kubectl apply -f -', what: 'the opt-in of the whole cluster' },
    { line: 'kured-host manifest --pool databases', what: 'a pool with a Lease and a ServiceAccount of its own' },
  ],
  run: manifest,
};

async function manifest(io: Io, given: Given): Promise<ExitCode> {
  const namespace = textOf(given, 'namespace') ?? 'kured-host';
  const pool = textOf(given, 'pool') ?? null;
  for (const name of [namespace, ...(pool === null ? [] : [pool])]) {
    if (/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/.test(name)) continue;
    io.err(
      `"${name.slice(0, 80)}" is no name for a namespace or a pool: lower-case letters, digits and "-", at most 53\n`,
    );
    return exitCode.usage;
  }
  io.out(manifestYaml({ namespace, pool }, isGiven(given, 'take-over')));
  return exitCode.done;
}
