import type { Commit } from '../store.ts';
import { type Call, resourceOf } from './call.ts';
import { type ApiError, expired } from './errors.ts';
import { groupVersion } from './kinds.ts';
import type { JsonMap, KubeObject } from './object.ts';
import { filterOf, versionOf } from './read.ts';
import { isTrue, type RequestInfo } from './request.ts';

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonMap;
}

export interface WatchSink {
  event(event: WatchEvent): void;
  /** Nothing more comes, in good order. */
  end(): void;
  /** The connection is lost. */
  cut(): void;
}

/** The API server ends a watch that names no timeout after 30 to 60 minutes (min-request-timeout × (1 + chance)). */
const leastTimeout = 1800;

/**
 * A watch that was asked for. Without a resourceVersion, or with 0, it tells all there is as ADDED and then what changes;
 * with one, what changed after it. A resourceVersion that is forgotten gives one ERROR 410 and the end; one that this
 * server has not reached gives silence until it has (apiserver/pkg/storage/cacher/cacher.go).
 */
export class Watch {
  /** Who asked, and as whom, where that is somebody else. */
  readonly requester: string;
  readonly impersonated: string | null;
  readonly info: RequestInfo;
  readonly timeoutSeconds: number;
  readonly wantsBookmarks: boolean;
  readonly #call: Call;
  readonly #matches: (object: KubeObject) => boolean;
  readonly #from: number | null;
  #sink: WatchSink | null = null;
  #unsubscribe: (() => void) | null = null;
  /** What a silent watch has not told. */
  #unsaid: WatchEvent[] | null = null;

  constructor(call: Call) {
    this.#call = call;
    this.requester = call.request.user.name;
    this.impersonated = call.user === call.request.user ? null : call.user.name;
    this.info = call.info;
    this.#matches = filterOf(call.info);
    this.#from = versionOf(call.info);
    const asked = Number(call.info.query.get('timeoutSeconds') ?? 0);
    const spread = Number.parseInt(call.world.chance().slice(0, 8), 16) / 0x1_0000_0000;
    this.timeoutSeconds = asked > 0 ? asked : Math.round(leastTimeout * (1 + spread));
    this.wantsBookmarks = isTrue(call.info.query.get('allowWatchBookmarks'));
  }

  open(sink: WatchSink): void {
    this.#sink = sink;
    const { store } = this.#call.world;
    const resource = resourceOf(this.#call.kind);
    if (this.#from === null || this.#from === 0) {
      const objects = store.list(resource, this.info.namespace).filter((object) => this.#matches(object));
      for (const object of objects) this.#say({ type: 'ADDED', object });
    } else {
      const since = store.since(resource, this.#from);
      if ('oldest' in since) {
        this.fail(expired(`too old resource version: ${this.#from} (${since.oldest})`));
        return;
      }
      for (const commit of since) this.#tell(commit);
    }
    this.#unsubscribe = store.subscribe({
      committed: (commit) => this.#tell(commit),
      restored: () => this.cut(),
    });
  }

  /** Tells how far the watch is; only one that asked for bookmarks gets any. */
  bookmark(): void {
    if (!this.wantsBookmarks || this.#unsubscribe === null) return;
    const { kind, world } = this.#call;
    const metadata = { resourceVersion: String(world.store.revision), creationTimestamp: null };
    this.#say({ type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: groupVersion(kind), metadata } });
  }

  /** One ERROR event and the end, as after a compaction. */
  fail(error: ApiError): void {
    this.speak();
    this.#say({ type: 'ERROR', object: error.status });
    this.end();
  }

  /** No more events come, as from a network that lost the connection, until `speak`. */
  silence(): void {
    this.#unsaid ??= [];
  }

  speak(): void {
    const unsaid = this.#unsaid ?? [];
    this.#unsaid = null;
    for (const event of unsaid) this.#say(event);
  }

  end(): void {
    this.#close()?.end();
  }

  cut(): void {
    this.#close()?.cut();
  }

  #close(): WatchSink | null {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    const sink = this.#sink;
    this.#sink = null;
    return sink;
  }

  #tell(commit: Commit): void {
    if (commit.resource !== resourceOf(this.#call.kind) || commit.resourceVersion <= (this.#from ?? 0)) return;
    const { object, previous } = commit;
    if (this.info.namespace !== '' && object.metadata.namespace !== this.info.namespace) return;
    const was = previous !== null && this.#matches(previous);
    const is = commit.type !== 'DELETED' && this.#matches(object);
    if (was && is) this.#say({ type: 'MODIFIED', object });
    else if (is) this.#say({ type: 'ADDED', object });
    else if (was) this.#say({ type: 'DELETED', object: lastSeen(commit) });
  }

  #say(event: WatchEvent): void {
    if (this.#unsaid !== null) this.#unsaid.push(event);
    else this.#sink?.event(event);
  }
}

/** What leaves the selection is told as it was within it, with the resourceVersion of the change that took it out. */
function lastSeen({ object, previous }: Commit): KubeObject {
  if (previous === null) return object;
  const { resourceVersion = '' } = object.metadata;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}
