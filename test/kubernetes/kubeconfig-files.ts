import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with a kubeconfig and what it names, as a kubelet has them; removed at the end. */
export class KubeconfigFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'kured-host-kubeconfig-'));
  #count = 0;

  get kubeconfig(): string {
    return join(this.path, 'kubelet.conf');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Written as a whole, under a new inode. */
  write(name: string, text: string): void {
    const draft = this.file(`.draft-${this.#count++}`);
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.file(name));
  }

  /** The way of client-go's certificate store: a new file, and a link that is removed before it is put in place. */
  rotate(pem: string): void {
    const name = `kubelet-client-${this.#count++}.pem`;
    writeFileSync(this.file(name), pem, { mode: 0o600 });
    symlinkSync(name, this.file('updated.pem'));
    rmSync(this.file('current.pem'), { force: true });
    renameSync(this.file('updated.pem'), this.file('current.pem'));
  }

  remove(name: string): void {
    rmSync(this.file(name));
  }

  writeKubeconfig(server: string, user: object, cluster: object = {}): void {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server, ...cluster } }],
      users: [{ name: 'u', user }],
    };
    this.write('kubelet.conf', JSON.stringify(config));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
