import { join } from 'node:path';
import type { ClaimNote } from '../core/mark-text.ts';
import { reason } from '../core/reasons.ts';
import { openMemoryFile } from '../host/memory-file.ts';
import type { Io } from './io.ts';

/**
 * The last fence that the daemon of this machine keeps over restarts, as its next start will read it; null when there is none.
 * Unknown where the memory cannot be read, as by everybody but root. Never throws.
 */
export async function rememberedFence({ places }: Io): Promise<ClaimNote | 'unknown' | null> {
  const file = join(places.state, 'memory.json');
  const memory = await openMemoryFile(file, (why) => reason('memory-unusable', { file, why })).read();
  if (memory.is === 'unknown') return 'unknown';
  return memory.is === 'yes' ? memory.value.fenced : null;
}
