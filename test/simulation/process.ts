import { emptyMemory } from '../../src/core/memory.ts';
import { reason } from '../../src/core/reasons.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { StopMeaning } from '../../src/core/shutdown.ts';
import type { Status } from '../../src/core/status.ts';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import type { Connections } from '../../src/kubernetes/connection.ts';
import { tellEvent } from '../../src/kubernetes/events.ts';
import { createLeases } from '../../src/kubernetes/lease-store.ts';
import { createOwnNode } from '../../src/kubernetes/node.ts';
import { createOwnPods } from '../../src/kubernetes/pods.ts';
import { createTransport } from '../../src/kubernetes/transport.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Hooks } from '../../src/ports/hooks.ts';
import type { Host } from '../../src/ports/host.ts';
import type { Log } from '../../src/ports/outlets.ts';
import { nodeUser } from '../fakes/api/user.ts';
import { silentManager, silentNotifier } from '../fleet/machine.ts';
import type { Gate } from './gate.ts';
import type { Sentinel } from './needs.ts';
import type { Network } from './network.ts';
import type { Permit } from './permit.ts';
import { openWay } from './way.ts';

export interface ProcessOptions {
  readonly node: string;
  readonly boot: string;
  /** How it signs what it writes: random, new for each process. */
  readonly by: string;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly network: Network;
  readonly settings: Settings;
  /** These two pass the gate. */
  readonly host: Host;
  readonly hooks: Hooks;
  readonly sentinel: Sentinel;
  readonly permit: Permit;
  readonly log: Log;
  /** The daemon ended by itself. */
  readonly ended: () => void;
}

const leaseUser = 'system:serviceaccount:kured-host:kured-host';

/** One process of the service: the shipped daemon over the shipped Kubernetes adapter, each port of it behind the gate. */
export class Process {
  readonly gate: Gate;
  readonly by: string;
  readonly #options: ProcessOptions;
  readonly #remains = new AbortController();
  #daemon: Daemon | null = null;

  constructor(options: ProcessOptions) {
    this.gate = options.gate;
    this.by = options.by;
    this.#options = options;
  }

  /** Null before the daemon has decided anything. */
  status(): Status | null {
    return this.#daemon?.status() ?? null;
  }

  /** SIGTERM, with what systemd means by it. */
  terminate(meaning: StopMeaning): void {
    if (this.#daemon !== null) this.gate.reach(() => this.#daemon?.tell({ on: 'stop', meaning }));
    else if (this.gate.open) {
      this.gate.close();
      this.#options.ended();
    }
  }

  retry(): void {
    this.gate.reach(() => this.#daemon?.tell({ on: 'retry' }));
  }

  configure(settings: Settings): void {
    this.gate.reach(() => this.#daemon?.configure(settings, null));
  }

  /** After the run: Node.js keeps signals that somebody listens to, and all that they lead to, until they are aborted. */
  sweep(): void {
    this.gate.close();
    this.#remains.abort();
  }

  /** It can be its first call that kills it. */
  async run(): Promise<void> {
    const { host, hooks, node, boot, by, gate, clock, settings, log, ended } = this.#options;
    const machine = `machine-${node}`;
    const memory = await host.memory.read();
    this.#daemon = startDaemon({
      me: { node, uid: '', machine, boot: { id: boot, soft: null }, by },
      settings,
      memory: memory.is === 'yes' ? memory.value : emptyMemory,
      cluster: this.#cluster(),
      host,
      hooks,
      needs: [this.#needs()],
      permissions: [this.#permissions()],
      clock,
      log,
      manager: silentManager,
      tally: { phase: () => {}, moment: () => {} },
      notifier: silentNotifier,
      beat: null,
      // Nothing aborts it while the run lasts: a killed process does not clean up.
      signal: this.#remains.signal,
    });
    await this.#daemon.ended;
    if (!gate.open) return;
    gate.close();
    ended();
  }

  #cluster(): Cluster {
    const { network, node, gate, clock } = this.#options;
    const http = openWay({ network, node, user: nodeUser(node), gate, clock });
    const refusal = () => reason('credentials-unusable', { file: 'the kubeconfig', why: 'refused' });
    const connection = { is: 'connected', http, headers: {}, refusal } as const;
    const connections: Connections = { current: async () => connection, renew: async () => false };
    const transport = createTransport(connections, { count: () => {} });
    return {
      leases: createLeases(transport, clock, () => leaseUser),
      node: createOwnNode(transport, clock, node),
      pods: createOwnPods(transport, clock, node),
      tell: (event, signal) => tellEvent(transport, clock, node, event, signal),
    };
  }

  #needs() {
    const { gate, sentinel } = this.#options;
    const watch = behind(gate, sentinel.watch);
    return { name: 'sentinel', look: () => gate.call('look-at-need', async () => sentinel.look()), watch };
  }

  #permissions() {
    const { gate, permit } = this.#options;
    const watch = behind(gate, permit.watch);
    return { name: 'blocker', ask: () => gate.call('ask-permission', async () => permit.permission), watch };
  }
}

type Watch = (hint: () => void, signal: AbortSignal) => void;

/** Hints end with the process. */
function behind(gate: Gate, watch: Watch): Watch {
  return (hint, signal) => {
    const ends = new AbortController();
    gate.onClose(() => ends.abort());
    watch(() => gate.reach(() => gate.open && hint()), AbortSignal.any([signal, ends.signal]));
  };
}
