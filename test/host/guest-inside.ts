import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from '../cluster/process.ts';
import { within } from '../cluster/waiting.ts';
import { type Boot, pause, type RunOptions } from './guest-boot.ts';
import { type Disk, writeSynced } from './guest-disk.ts';
import type { Inside } from './guest-kinds.ts';

const limit = 60_000;

/** What is done in a guest, by way of the boot that is now. */
export abstract class BootedInside implements Inside {
  abstract readonly name: string;
  abstract readonly disk: Disk;
  abstract readonly events: readonly string[];
  /** The boot that is now. */
  protected abstract current: Boot | undefined;
  /** Why nothing is to be waited for any more. */
  protected abstract failure: unknown;
  readonly ran: { readonly command: string; readonly at: number }[] = [];

  async run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
    if (this.current === undefined) throw new Error(`guest ${this.name} is off; it cannot run ${command.join(' ')}`);
    this.ran.push({ command: command.join(' '), at: Date.now() });
    return await this.current.run(command, options);
  }

  async must(command: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(command, options);
    if (code === 0) return stdout;
    throw new Error(`${this.name}: ${command.join(' ')}: ended with ${code ?? signal}: ${stderr}${stdout}`.trim());
  }

  async sh(script: string, options: RunOptions = {}): Promise<string> {
    return await this.must(['sh', '-euc', script], options);
  }

  async systemctl(...parameters: readonly string[]): Promise<string> {
    return await this.must(['systemctl', '--no-pager', ...parameters]);
  }

  async show(unit: string, property: string): Promise<string> {
    return (await this.systemctl('show', '--value', '--property', property, unit)).trimEnd();
  }

  async journal(...parameters: readonly string[]): Promise<string> {
    return (await this.run(['journalctl', '--no-pager', ...parameters])).stdout;
  }

  async sees(what: string, command: readonly string[], pattern: RegExp, milliseconds = limit): Promise<string> {
    let last = '';
    const look = async (signal: AbortSignal): Promise<string> => {
      while (!signal.aborted) {
        if (this.failure !== undefined) throw this.failure;
        last = await this.run(command).then(({ stdout }) => stdout, String);
        if (pattern.test(last)) break;
        await pause(100, signal);
      }
      return last;
    };
    const detail = (): string => `${last.slice(-3000)}\n${this.events.join('\n')}`;
    return await within(milliseconds, `${this.name}: ${what} (${pattern})`, look, detail);
  }

  async logs(pattern: RegExp, milliseconds = limit): Promise<string> {
    const show = ['journalctl', '--no-pager', '-t', 'kured-host', '-o', 'short-precise'];
    return await this.sees('the journal', show, pattern, milliseconds);
  }

  path(inside: string): string {
    const leader = this.current?.leader;
    const root = leader === undefined ? this.disk.hostPath('/') : `/proc/${leader}/root`;
    refuseLinks(root, inside);
    return join(root, inside);
  }

  put(inside: string, content: string | Buffer, mode = 0o644): void {
    writeSynced(this.path(inside), content, mode);
  }

  read(inside: string): string {
    return readFileSync(this.path(inside), 'utf8');
  }
}

/** An absolute link leads to the host's own file: written to, it would be the host that changes. */
function refuseLinks(root: string, inside: string): void {
  const names = inside.split('/').filter(Boolean);
  names.forEach((_, at) => {
    const link = `/${names.slice(0, at + 1).join('/')}`;
    const found = lstatSync(join(root, link), { throwIfNoEntry: false });
    const target = found?.isSymbolicLink() === true ? readlinkSync(join(root, link)) : '';
    if (target.startsWith('/'))
      throw new Error(`${link} in the guest is a link to ${target}, which from outside is the host's: use run()`);
  });
}
