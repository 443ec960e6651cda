import { emptyMemory, type Memory } from '../../src/core/memory.ts';
import { type Reason, reason } from '../../src/core/reasons.ts';
import type { MemoryStore } from '../../src/ports/host.ts';
import type { Gate } from './gate.ts';
import type { Time } from './time.ts';

/** What lies in /var/lib/kured-host: survives everything once it is synced; before that, everything but the loss of power. */
export class Disk {
  readonly #time: Time;
  #written: Memory = emptyMemory;
  #synced: Memory = emptyMemory;
  /** Losses so far: what was under way before one never reaches the disk. */
  #losses = 0;
  /** No write is taken. */
  full = false;

  constructor(time: Time) {
    this.#time = time;
  }

  store(gate: Gate): MemoryStore {
    return {
      read: () => gate.call('read-memory', async () => ({ is: 'yes', value: this.#written })),
      write: (memory) => gate.call('write-memory', () => this.#write(memory)),
    };
  }

  losePower(): void {
    this.#losses += 1;
    this.#written = this.#synced;
  }

  /** The file is gone, as on a new disk. */
  lose(): void {
    this.#losses += 1;
    this.#written = emptyMemory;
    this.#synced = emptyMemory;
  }

  async #write(memory: Memory): Promise<Reason | null> {
    if (this.full) return reason('memory-unusable', { file: 'memory.json', why: 'no space left on device' });
    const losses = this.#losses;
    this.#written = memory;
    await new Promise<void>((resolve) => void this.#time.timer(20, resolve));
    if (this.#losses === losses) this.#synced = memory;
    return null;
  }
}
