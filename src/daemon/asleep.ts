/** Less than this between the two clocks is how finely they are read, not sleep. */
const noise = 1_000;

/**
 * A monotonic clock that goes on while the machine sleeps, from one that stops then (CLOCK_MONOTONIC) and the time since boot, which
 * does not (CLOCK_BOOTTIME, `uptime`): permission that was given before a night's sleep is a night old. All in milliseconds.
 */
export function clockThatSleepsNot(monotonic: () => number, uptime: () => number): () => number {
  const ahead = uptime() - monotonic();
  let asleep = 0;
  return () => {
    const mono = monotonic();
    const more = uptime() - mono - ahead;
    // Only ever more, so that the clock never goes back.
    if (more > asleep + noise) asleep = more;
    return mono + asleep;
  };
}
