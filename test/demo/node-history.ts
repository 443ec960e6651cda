import type { KubernetesObject, RestClient } from '../cluster/rest.ts';
import { within } from '../cluster/waiting.ts';
import type { NodeChange } from './verdict.ts';

type Node = KubernetesObject & NodeChange['object'];

/** Every change of a Node that the API server stored, by one watch from before the first Node was there. */
export class NodeHistory implements Disposable {
  readonly changes: NodeChange[] = [];
  readonly #admin: RestClient;
  readonly #end = new AbortController();
  readonly #versions = new Set<string>();
  #news = Promise.withResolvers<void>();

  private constructor(admin: RestClient) {
    this.#admin = admin;
  }

  static async open(admin: RestClient): Promise<NodeHistory> {
    const history = new NodeHistory(admin);
    const { metadata } = await admin.get<{ metadata: { resourceVersion: string } } & KubernetesObject>('/api/v1/nodes');
    void history.#follow(metadata.resourceVersion).catch(() => undefined);
    return history;
  }

  /** Resolves when everything stored by now was seen. */
  async complete(): Promise<void> {
    const { items } = await this.#admin.get<{ items: Node[] } & KubernetesObject>('/api/v1/nodes');
    const seen = (): boolean => items.every(({ metadata }) => this.#versions.has(metadata.resourceVersion ?? ''));
    await within(10_000, 'the watch of all Nodes to catch up', async (signal) => {
      while (!seen() && !signal.aborted) await this.#news.promise;
    });
  }

  async #follow(resourceVersion: string): Promise<void> {
    for await (const { type, object } of this.#admin.watch<Node>(
      '/api/v1/nodes',
      { resourceVersion },
      this.#end.signal,
    )) {
      if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') continue;
      this.changes.push({ type, object });
      this.#versions.add(object.metadata.resourceVersion ?? '');
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    this.#news.resolve();
  }
}
