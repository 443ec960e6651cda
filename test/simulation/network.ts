import type { HttpRequest } from '../../src/http/client.ts';
import type { FakeCluster } from '../fakes/fake-cluster.ts';
import type { FalseAnswer } from '../fakes/server/faults.ts';
import type { Time } from './time.ts';

/** One request on its way. */
export interface OnItsWay {
  /** Unique in the run: "node-2/boot-3/process-1/request-17". */
  readonly place: string;
  readonly node: string;
  readonly request: HttpRequest;
  /** When it left, in milliseconds since the run began. */
  readonly sentAt: number;
}

/** What becomes of a request. Times in milliseconds. */
export type Fate =
  /** Takes effect after `there`; its answer needs `back`. */
  | { readonly is: 'usual'; readonly there: number; readonly back: number }
  /** No connection comes about: nothing was sent. */
  | { readonly is: 'refused'; readonly after: number }
  /** The client's connection breaks after `broken`; the request takes effect after `there`, or never (null). */
  | { readonly is: 'broken'; readonly broken: number; readonly there: number | null }
  /** The client hears nothing ever, and waits as long as it wants; the request takes effect after `there`, or never (null). */
  | { readonly is: 'silent'; readonly there: number | null }
  /** This answer, and no effect. */
  | { readonly is: 'answered'; readonly there: number; readonly back: number; readonly answer: FalseAnswer };

/** Decides what becomes of a request; `usual` is what would without faults. */
export type FateOf = (of: OnItsWay, usual: Fate) => Fate;

/** A watch that is open, as the network between its client and the server sees it. */
export interface OpenStream {
  readonly of: OnItsWay;
  /** When the server said something on it last, or began it. */
  readonly saidAt: number;
  /** Both ends lose it. */
  cut(): void;
  /** Nothing comes through, and nobody notices, until `speak`; then all that was held back. */
  silence(): void;
  speak(): void;
}

/** What becomes of each line of a watch on its way: usually itself, once. */
export type LinesOf = (of: OnItsWay, line: string) => readonly string[];

/** Between the processes and the API server: every request and every watch goes through here. */
export class Network {
  readonly cluster: FakeCluster;
  readonly time: Time;
  readonly streams = new Set<OpenStream>();
  /** Faults hook in at these three. */
  fateOf: FateOf = (_of, usual) => usual;
  linesOf: LinesOf = (_of, line) => [line];
  bodyOf: (of: OnItsWay) => string = (of) => of.request.body ?? '';
  /** Whose request takes effect just now; null: a controller, a kubelet or a person. */
  carries: OnItsWay | null = null;
  /** Those that reached the API server. */
  requests = 0;
  readonly #chance: (name: string) => number;
  #serving = true;

  /** `chance` of a name: from 0 up to but not 1. */
  constructor(cluster: FakeCluster, time: Time, chance: (name: string) => number) {
    this.cluster = cluster;
    this.time = time;
    this.#chance = chance;
  }

  get serving(): boolean {
    return this.#serving;
  }

  /** The API server goes or comes back: what is connected then is cut, and what arrives meanwhile is lost. */
  serve(serving: boolean): void {
    this.#serving = serving;
    if (serving) return;
    for (const stream of [...this.streams]) stream.cut();
    this.cluster.store.compact();
  }

  fate(of: OnItsWay): Fate {
    const there = 1 + this.#chance(`${of.place}/there`) * 9;
    const back = 1 + this.#chance(`${of.place}/back`) * 9;
    return this.fateOf(of, this.#serving ? { is: 'usual', there, back } : { is: 'refused', after: there });
  }
}
