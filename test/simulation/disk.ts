import { emptyMemory, type Memory } from '../../src/core/memory.ts';
import type { MemoryStore } from '../../src/ports/host.ts';
import type { Gate } from './gate.ts';
import type { Time } from './time.ts';

/** What lies in /var/lib/kured-host: survives everything once it is synced; before that, everything but the loss of power. */
export class Disk {
  readonly #time: Time;
  #written: Memory = emptyMemory;
  #synced: Memory = emptyMemory;

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
    this.#written = this.#synced;
  }

  async #write(memory: Memory): Promise<null> {
    this.#written = memory;
    await new Promise<void>((resolve) => void this.#time.timer(20, resolve));
    this.#synced = memory;
    return null;
  }
}
