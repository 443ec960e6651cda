import type { Seen } from './which.ts';

/** A request that is held back. Its client may give up meanwhile; `land` carries it out all the same. */
export interface HeldRequest {
  readonly seen: Seen;
  /** Carries it out (if it was held before that), and answers whoever still listens. */
  land(): void;
  /** Cuts the connection now. Held before its effect it can still land. */
  cut(): void;
  /** Cuts the connection; it will never take effect. */
  drop(): void;
}

/** Holds back requests until they are let go, one by one. */
export class Hold {
  readonly at: 'before' | 'after';
  readonly held: HeldRequest[] = [];
  readonly #waiting: ((request: HeldRequest) => void)[] = [];
  #taken = 0;

  constructor(at: 'before' | 'after') {
    this.at = at;
  }

  /** The next request that was or will be held, in order of arrival. */
  next(): Promise<HeldRequest> {
    const already = this.held[this.#taken];
    this.#taken += 1;
    return already === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(already);
  }

  take(request: HeldRequest): void {
    this.held.push(request);
    this.#waiting.shift()?.(request);
  }
}
