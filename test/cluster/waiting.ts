/** Every wait in this folder goes through here: it ends in time, and says what it waited for. */

/**
 * Resolves as `work` does, or rejects after `milliseconds` with a sentence that names what was waited for.
 * `work` gets a signal that is aborted in both cases. `detail` is asked for the last thing seen when time is up.
 */
export async function within<T>(
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  detail: () => string = () => '',
): Promise<T> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seen = detail();
    reject(new Error(`waited ${milliseconds} ms for ${what}${seen === '' ? '' : `; last seen: ${seen}`}`));
  }, milliseconds);
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Resolves with the first value that `look` does not leave undefined; asked now and after each call of the function given to `follow`. */
export async function seen<T>(
  milliseconds: number,
  what: string,
  look: () => T | undefined,
  follow: (changed: () => void) => () => void,
  detail: () => string = () => '',
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const check = (): void => {
    try {
      const value = look();
      if (value !== undefined) resolve(value);
    } catch (error) {
      reject(error);
    }
  };
  const unfollow = follow(check);
  check();
  try {
    return await within(milliseconds, what, () => promise, detail);
  } finally {
    unfollow();
  }
}
