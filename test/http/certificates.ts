import { newAuthority, type Pair } from '../fakes/server/certificates.ts';

const day = 86_400_000;

/** A certificate authority of its own for one test file, by the machine's clock. */
export class Authority {
  readonly #authority = newAuthority({ name: 'test authority', ...validity(3650) });

  get cert(): string {
    return this.#authority.ca;
  }

  /** For a server on this machine. */
  server(): Pair {
    return this.#authority.server({ name: 'server', ...validity(365) });
  }

  /** For the kubelet of a node; `expired`: it was valid until yesterday. */
  node(name: string, expired = false): Pair {
    return this.client(`system:node:${name}`, ['system:nodes'], expired);
  }

  client(name: string, organizations: readonly string[], expired = false): Pair {
    return this.#authority.client({ name, organizations, ...validity(expired ? -1 : 365) });
  }
}

function validity(days: number): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: Date.now() - 10 * day, notAfter: Date.now() + days * day };
}
