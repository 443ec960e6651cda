import type { Clock } from '../../src/ports/clock.ts';
import { Api } from './api/api.ts';
import { bootstrap } from './api/bootstrap.ts';
import type { World } from './api/call.ts';
import { controllers } from './api/controllers.ts';
import type { JsonMap } from './api/object.ts';
import type { ApiRequest } from './api/request.ts';
import type { User } from './api/user.ts';
import { Audit, type AuditEntry } from './server/audit.ts';
import { Faults } from './server/faults.ts';
import { Front } from './server/front.ts';
import { Store } from './store.ts';

export interface FakeClusterOptions {
  readonly clock: Clock;
  /** Default: v1.36.3. Before 1.36 there is no constrained impersonation, before 1.32 a node reads all Nodes and pods. */
  readonly version?: string;
  /** The resourceVersion of an empty cluster; default: 1. */
  readonly revision?: number;
  /** How many changes of one resource can be resumed from; default: 10,000. */
  readonly history?: number;
  /** Milliseconds after which controllers react to a change; default: at once, within the request that made it. */
  readonly controllerDelay?: number;
  /** Budgets keep the status they were given, as without the disruption controller. */
  readonly withoutBudgets?: boolean;
  /** Controllers do what only the time brings about: for a clock whose timers keep nobody waiting. */
  readonly rechecks?: boolean;
  /** Nothing is written into the audit log: for long runs in which nobody reads it. */
  readonly withoutAudit?: boolean;
  /** Milliseconds between two bookmarks of a watch; default: a minute, as the API server has it. */
  readonly bookmarkEvery?: number;
}

/** The cluster behind the fake API server, without any carrier: whoever hands requests to `front` is one. */
export interface FakeCluster {
  readonly clock: Clock;
  readonly store: Store;
  readonly faults: Faults;
  /** In the order in which requests took effect. */
  readonly audit: readonly AuditEntry[];
  readonly front: Front;
  /**
   * Asks the API within this process: at once, past faults and audit log. For arranging and looking, and for whoever must
   * not wait for sockets.
   */
  ask(user: User, method: string, target: string, body?: unknown, contentType?: string): Asked;
}

export interface Asked {
  readonly code: number;
  readonly body: JsonMap;
}

/** With the same clock and the same requests the same cluster, byte for byte. */
export function openFakeCluster(options: FakeClusterOptions): FakeCluster {
  const { clock, version = 'v1.36.3', controllerDelay: delay, withoutBudgets = false } = options;
  const wall = (): number => clock.now().wall;
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1]);
  const world: World = { store: new Store(options), now: wall, chance: () => clock.now().chance, minor };
  const later = delay === undefined ? {} : { later: (work: () => void) => void clock.timer(delay, work) };
  const after =
    options.rechecks === true ? { after: (ms: number, work: () => void) => void clock.timer(ms, work) } : {};
  world.store.subscribe(controllers(world, { withoutBudgets, ...later, ...after }));
  bootstrap(world);
  world.store.compact();
  const audit = new Audit(wall, options.withoutAudit !== true);
  const faults = new Faults(world.store);
  const api = new Api({ ...world, version });
  return {
    clock,
    store: world.store,
    faults,
    audit: audit.entries,
    front: new Front({ api, audit, faults, clock, bookmarkEvery: options.bookmarkEvery ?? 60_000 }),
    ask: (user, method, target, body, contentType) => ask(api, { user, method, target }, body, contentType),
  };
}

function ask(
  api: Api,
  who: Pick<ApiRequest, 'user' | 'method' | 'target'>,
  body: unknown,
  contentType = who.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
): Asked {
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = api.handle({ ...who, headers: { 'content-type': contentType, 'user-agent': 'test' }, body: text });
  if (answer.is !== 'body') throw new Error(`${who.method} ${who.target} has no object for an answer`);
  return { code: answer.code, body: answer.body };
}
