import type { Permission } from '../../src/core/permission.ts';
import type { Commit } from '../fakes/store.ts';
import { watchStore } from '../observer/from-store.ts';
import { Observer, type Pool } from '../observer/observer.ts';
import type { Act, Seen } from '../observer/seen.ts';
import { commitText } from './commit-text.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';
import type { RebootFate } from './weather.ts';

export interface WitnessOptions {
  readonly network: Network;
  readonly timeline: Timeline;
  readonly observer: Omit<Pool, 'account'>;
  /** Told of each law that something breaks. */
  readonly broken: (law: string) => void;
}

const lease = { namespace: 'kured-host', name: 'kured-host' };

/** Who sees everything from outside: tells the observer, which judges it, and the timeline. */
export class Witness {
  /** Reboots that a service asked for and that happened. */
  reboots = 0;
  readonly #observer: Observer;
  readonly #options: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#observer = new Observer({ ...options.observer, account: 'system:serviceaccount:kured-host:kured-host' });
    const { cluster, time } = options.network;
    cluster.store.subscribe({ committed: (commit) => this.#committed(commit), restored: () => {} });
    watchStore(cluster.store, { lease, now: () => time.mono() }, (seen) =>
      this.#see(seen.is === 'wrote' ? { ...seen, sentAt: options.network.carries?.sentAt } : seen),
    );
  }

  service(node: string, process: string | null): void {
    this.#options.timeline.note(node, process === null ? 'its service has ended' : 'its service starts');
    this.#tell({ is: 'service', node, process });
  }

  up(node: string, boot: string): void {
    this.#options.timeline.note(node, `is up, boot ${boot}`);
    this.#tell({ is: 'up', node, boot });
  }

  down(node: string, why: 'reboot' | 'power'): void {
    if (why === 'reboot') this.reboots += 1;
    this.#options.timeline.note(node, why === 'reboot' ? 'goes down for its reboot' : 'loses its power');
    this.#tell({ is: 'down', node, why });
  }

  asked(node: string, boot: string, process: string, fate: RebootFate): void {
    this.#options.timeline.note(node, `is asked to reboot: ${fate}`);
    const refused = fate === 'refused' || fate === 'nothing' ? { refused: true } : {};
    this.#tell({ is: 'asked', node, boot, process, ...refused });
  }

  need(node: string, fingerprint: string | null): void {
    this.#options.timeline.note(node, fingerprint === null ? 'needs no reboot' : `needs a reboot: ${fingerprint}`);
    this.#tell({ is: 'need', node, fingerprint });
  }

  permission(node: string, answer: Permission['is']): void {
    this.#options.timeline.note(node, `permission is ${answer}`);
    this.#tell({ is: 'permission', node, answer });
  }

  /** A person acts through a node's own credentials; to be told before the writes. */
  person(through: string, act: Act, of?: string): void {
    this.#options.timeline.note('a person', `${act} ${of ?? through}, from ${through}`);
    this.#tell({ is: 'person', through, act, ...(of === undefined ? {} : { of }) });
  }

  healed(): void {
    this.#options.timeline.note('the world', 'heals');
    this.#tell({ is: 'healed' });
  }

  /** What is not at rest, a sentence each. */
  restless(): readonly string[] {
    return [...this.#observer.atRest(), ...this.#observer.unmet()];
  }

  #committed(commit: Commit): void {
    const by = this.#options.network.carries?.place ?? commit.by.user;
    const text = commitText(commit);
    if (text !== null) this.#options.timeline.note(by, text);
  }

  #tell(seen: Seen): void {
    this.#see({ ...seen, at: this.#options.network.time.mono() });
  }

  #see(seen: Seen): void {
    for (const law of this.#observer.see(seen)) this.#options.broken(law);
  }
}
