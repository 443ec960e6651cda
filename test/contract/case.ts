/** One story of requests: what is sent, and what of the answers matters. The same against any API server. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** The oldest minor version of Kubernetes that behaves so; default: any. */
  readonly since?: number;
}

/**
 * Who sends. `node` and `other node` are kubelets of nodes named {node} and {other}; `account` is the node acting as the
 * service account {ns}:lock; `user` is an ordinary user with a certificate; `impostor` shows a token that nobody issued,
 * `nobody` shows nothing.
 */
export type Who = 'admin' | 'node' | 'other node' | 'account' | 'user' | 'impostor' | 'nobody';

export type Step = RequestStep | WatchStep | SeesStep | EndsStep | BreaksStep | ServerStep;

/**
 * In all texts `{name}` stands for something known: {ns}, {node}, {other}, {user} are the case's own names, and
 * `{lease.metadata.uid}` is a member of an answer that was kept as `lease`. A text that is only that becomes the member
 * itself.
 */
export interface RequestStep {
  readonly as: Who;
  /** "GET /api/v1/nodes/{node}", query and all. */
  readonly send: string;
  /** An object, or with `over` what a merge patch changes in a kept answer to make the whole body. */
  readonly body?: unknown;
  readonly over?: string;
  /** Of a PATCH; default: merge. */
  readonly patch?: 'merge' | 'strategic' | 'json';
  /** User-Agent; default: the contract's own. */
  readonly agent?: string;
  readonly type?: string;
  readonly expect: Expected;
  /** Keeps the answer's body under that name. */
  readonly keep?: string;
  /** Left out where the minor version of Kubernetes is older. */
  readonly since?: number;
  /** Asked again until it fits, for what the real one does a moment later (controllers, the authorizers' caches). */
  readonly eventually?: true;
}

export interface Expected {
  readonly status: number;
  /** Status.reason */
  readonly reason?: string;
  readonly message?: RegExp;
  /** The reasons of Status.details.causes, in order. */
  readonly causes?: readonly string[];
  /** Members the body has, at any depth; a list must have as many items, each like its counterpart. */
  readonly has?: unknown;
  /** Paths of members it does not have. */
  readonly lacks?: readonly string[];
  /** Of the kept answer of that name the resourceVersion is the same. */
  readonly unmoved?: string;
  /** Of the kept answer of that name the resourceVersion is another, higher one. */
  readonly moved?: string;
  readonly headers?: Readonly<Record<string, RegExp | null>>;
  /** metadata.managedFields names this manager, and no other, as owner of spec.unschedulable; null: nobody. */
  readonly cordonOwner?: string | null;
}

/** Opens a watch, under a name; the answer must be 200 unless `expect` says otherwise. */
export interface WatchStep {
  readonly as: Who;
  readonly watch: string;
  /** The path with its query, without `watch=true`. */
  readonly at: string;
  readonly expect?: Expected;
  readonly since?: number;
}

/** The next events of that watch, in this order and no others between them. */
export interface SeesStep {
  readonly sees: string;
  readonly events: readonly Seen[];
}

export interface Seen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly has?: unknown;
  readonly keep?: string;
}

/** The server ends that watch in good order, and it told nothing more than what was seen (bookmarks aside). */
export interface EndsStep {
  readonly ends: string;
}

/** The connection of that watch is lost, or the server ends it. */
export interface BreaksStep {
  readonly breaks: string;
}

/**
 * What is done to the server itself. `restart`: stopped and started, everything kept. `save` and `bring back`: the state
 * is saved, and later the server restarted with it, its resourceVersions going back.
 */
export interface ServerStep {
  readonly server: 'restart' | 'save' | 'bring back';
}
