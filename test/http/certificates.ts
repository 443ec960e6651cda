import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of its own for one test file; needs openssl(1). */
export class Authority {
  readonly cert: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kured-host-ca-'));
  #count = 0;

  constructor(name = 'test-ca') {
    const subject = ['-subj', `/CN=${name}`, '-days', '3650', '-addext', 'basicConstraints=critical,CA:TRUE'];
    this.#openssl(['req', '-x509', '-nodes', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', ...subject]);
    this.cert = this.#read('ca.crt');
  }

  /** For a server at 127.0.0.1, localhost and `names`. */
  server(...names: readonly string[]): Pair {
    const others = names.map((name) => `,DNS:${name}`).join('');
    return this.#issue('/CN=server', `subjectAltName=IP:127.0.0.1,DNS:localhost${others}`, validNow);
  }

  /** For the kubelet of a node; `expired`: valid only in the past. */
  node(name: string, expired = false): Pair {
    return this.client(`/O=system:nodes/CN=system:node:${name}`, expired);
  }

  client(subject: string, expired = false): Pair {
    return this.#issue(subject, 'extendedKeyUsage=clientAuth', expired ? validBefore : validNow);
  }

  #issue(subject: string, extension: string, validity: readonly string[]): Pair {
    const name = `issued-${this.#count++}`;
    writeFileSync(join(this.#folder, `${name}.ext`), extension);
    this.#openssl([
      'req',
      '-new',
      '-nodes',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
    ]);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`, ...validity];
    this.#openssl(['x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signed]);
    return { cert: this.#read(`${name}.crt`), key: this.#read(`${name}.key`) };
  }

  #openssl(args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const validNow = ['-days', '365'];
/** openssl 3.0 takes no start date here; a negative number of days ends yesterday. */
const validBefore = ['-days', '-1'];
