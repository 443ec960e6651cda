import type { Permission } from '../../src/core/permission.ts';
import { type KubeObject, mapAt } from '../fakes/api/object.ts';
import type { Commit } from '../fakes/store.ts';
import type { Timeline } from './timeline.ts';
import type { RebootFate } from './weather.ts';

export interface WitnessOptions {
  readonly concurrency: number;
  readonly timeline: Timeline;
  readonly broken: (law: string) => void;
}

/** Sees what happens from outside the processes, and judges it. */
export class Witness {
  /** Reboots that were asked for by a service and happened. */
  reboots = 0;
  readonly #options: WitnessOptions;
  readonly #marked = new Set<string>();

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  committed({ resource, type, object }: Commit, by: string): void {
    if (resource === 'nodes') this.#node(object, type === 'DELETED');
    if (resource === 'leases.coordination.k8s.io')
      this.#options.timeline.note(`Lease, by ${by}`, () => leaseText(object));
  }

  service(node: string, process: string | null): void {
    this.#options.timeline.note(node, process === null ? 'the service has ended' : `the service starts, by ${process}`);
  }

  up(node: string, boot: string): void {
    this.#options.timeline.note(node, `is up, boot ${boot}`);
  }

  down(node: string, why: 'reboot' | 'power'): void {
    if (why === 'reboot') this.reboots += 1;
    this.#options.timeline.note(node, `is down (${why})`);
  }

  asked(node: string, _boot: string, process: string, fate: RebootFate): void {
    this.#options.timeline.note(node, `is asked to reboot by ${process}: ${fate}`);
  }

  need(node: string, fingerprint: string | null): void {
    this.#options.timeline.note(node, fingerprint === null ? 'needs nothing' : `needs a reboot: ${fingerprint}`);
  }

  permission(node: string, answer: Permission['is']): void {
    this.#options.timeline.note(node, `permission: ${answer}`);
  }

  #node(object: KubeObject, deleted: boolean): void {
    const { name = '', annotations } = object.metadata;
    const marked = !deleted && annotations?.['kured-host/claim'] !== undefined;
    if (marked === this.#marked.has(name)) return;
    this.#options.timeline.note(`Node ${name}`, marked ? `marked: ${annotations?.['kured-host/claim']}` : 'mark gone');
    if (marked) this.#marked.add(name);
    else this.#marked.delete(name);
    if (this.#marked.size > this.#options.concurrency)
      this.#options.broken(`more nodes are marked than may be: ${[...this.#marked].join(', ')}`);
  }
}

function leaseText(object: KubeObject): string {
  const { annotations } = object.metadata;
  const holders = annotations?.['kured-host/holders'] ?? '[]';
  const queue = annotations?.['kured-host/queue'] ?? '[]';
  const named = (text: string): string =>
    (JSON.parse(text) as { node: string; phase?: string; attempt?: number; claim?: string; stuck?: string }[])
      .map(({ node, phase, attempt, stuck }) =>
        phase === undefined ? node : `${node} ${phase}${attempt === 0 ? '' : ` ${attempt}`}${stuck ? ` stuck` : ''}`,
      )
      .join(', ');
  return `holders [${named(holders)}], queue [${named(queue)}], rv ${object.metadata.resourceVersion}, transitions ${String(mapAt(object, 'spec').leaseTransitions ?? 0)}`;
}
