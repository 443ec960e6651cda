import type { WatchEvent } from '../../src/ports/cluster.ts';

/** A watch's events, one after the other. */
export interface Following<T> {
  next(): Promise<WatchEvent<T>>;
  /** The next event of that kind; others before it are an error. */
  expect<K extends WatchEvent<T>['is']>(is: K): Promise<Extract<WatchEvent<T>, { is: K }>>;
}

export function follow<T>(events: AsyncIterable<WatchEvent<T>>): Following<T> {
  const iterator = events[Symbol.asyncIterator]();
  const next = async (): Promise<WatchEvent<T>> => {
    const { done, value } = await iterator.next();
    if (done === true) throw new Error('the watch ended');
    return value;
  };
  return {
    next,
    async expect(is) {
      const event = await next();
      if (event.is !== is) throw new Error(`expected ${is}, not ${JSON.stringify(event)}`);
      return event as Extract<WatchEvent<T>, { is: typeof is }>;
    },
  };
}
