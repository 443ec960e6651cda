import { ask } from '../../src/control/client.ts';
import type { Status } from '../../src/core/status.ts';
import { systemClock } from '../../src/daemon/clock.ts';

const every = 300;

/** What the daemon behind that socket said last, asked a few times a second; null while nobody answers. */
export function followStatus(socket: string, signal: AbortSignal): () => Status | null {
  let last: Status | null = null;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      const asked = await ask(
        socket,
        { method: 'GET', path: '/v1/status' },
        { clock: systemClock, timeout: 2000 },
        signal,
      );
      last = asked.is === 'answer' ? ((asked.body as { status?: Status | null }).status ?? null) : null;
      await systemClock.sleep(every, signal);
    }
  };
  follow().catch(() => undefined);
  return () => last;
}
