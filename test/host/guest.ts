import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keepFolders } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from '../cluster/kubelet.ts';
import type { Finished } from '../cluster/process.ts';
import { seen, within } from '../cluster/waiting.ts';
import { rootOf, type Suite } from './available.ts';
import { awaitStarted, type Boot, type BootEnd, pause, type RunOptions, startBoot } from './guest-boot.ts';
import { type Disk, openDisk, removeDisk } from './guest-disk.ts';

export interface GuestOptions {
  readonly suite: Suite;
  /** Its host name, and its node's name: unique on this machine. */
  readonly name: string;
  /** Folders that lie over the suite's root, the uppermost first: see `layers.ts`. */
  readonly layers?: readonly string[];
  /** Packages that the suite's root has besides; each set of them makes a root of its own. */
  readonly packages?: readonly string[];
  /** Folders of the host that the guest sees read-only, by their path in the guest. */
  readonly folders?: Readonly<Record<string, string>>;
  /** More arguments of systemd-nspawn, at each boot. */
  readonly nspawn?: readonly string[];
  /** The stand-in for the kubelet, started at each boot and ended with it. Its boot ID and machine ID are the guest's. */
  readonly kubelet?: Omit<KubeletOptions, 'node' | 'bootIdFile' | 'machineIdFile'> & {
    readonly cluster: Pick<ClusterAccess, 'program' | 'directory'>;
  };
}

/** A Debian with a systemd of its own, that reboots as machines do. Off when made; its disk is there from the start. */
export interface Guest extends AsyncDisposable {
  readonly name: string;
  readonly suite: Suite;
  readonly disk: Disk;
  /** Of the boot that is, or of the last one that was. */
  readonly bootId: string;
  /** How often it was booted. */
  readonly boots: number;
  readonly up: boolean;
  /** Systemd's word for how the last start went: running or degraded; '' before. */
  readonly started: string;
  readonly kubelet: Kubelet | undefined;
  /** Everything that happened to it, oldest first: for the message of a test that failed. */
  readonly events: readonly string[];
  /** Switches it on, and resolves when systemd has started everything. */
  boot(): Promise<void>;
  /** Asks systemd for a reboot, and resolves when the next boot has started everything. */
  reboot(): Promise<void>;
  /** Orderly; resolves when it is off. */
  poweroff(): Promise<void>;
  /** Ends everything at once; what was not synced is gone from its disk. It stays off until `boot`. */
  powerCut(): Promise<void>;
  /** Resolves once it has been booted `boots` times in all, and has started everything. A guest that reboots is booted again by itself. */
  awaitBoot(boots: number, milliseconds?: number): Promise<void>;
  awaitOff(milliseconds?: number): Promise<void>;
  /** Runs a command in it, whatever its exit code. Long things may run when it reboots; they end with the boot. */
  run(command: readonly string[], options?: RunOptions): Promise<Finished>;
  /** The same for a command that has to succeed; what it wrote to standard output. */
  must(command: readonly string[], options?: RunOptions): Promise<string>;
  /** A shell script, run by sh -eu, that has to succeed; what it wrote to standard output. */
  sh(script: string, options?: RunOptions): Promise<string>;
  /** `systemctl …`, which has to succeed. */
  systemctl(...parameters: readonly string[]): Promise<string>;
  /** One property of a unit, as `systemctl show` has it. */
  show(unit: string, property: string): Promise<string>;
  /** `journalctl --no-pager …`. */
  journal(...parameters: readonly string[]): Promise<string>;
  /** Asks a command in it again and again until its standard output matches; `what` names it in the message. */
  sees(what: string, command: readonly string[], pattern: RegExp, milliseconds?: number): Promise<string>;
  /** The same for the whole journal of kured-host, over all boots. */
  logs(pattern: RegExp, milliseconds?: number): Promise<string>;
  /** Where the host finds a path of the guest, /run and /tmp too while it is up. Absolute links in it lead to the host's files. */
  path(inside: string): string;
  /** Writes a file into it, up or off, with the folders above. */
  put(inside: string, content: string | Buffer, mode?: number): void;
  read(inside: string): string;
}

const limit = 60_000;

/** Makes a guest that is off. What its boots need can be put into it first. */
export async function makeGuest(options: GuestOptions): Promise<Guest> {
  const { name, suite, layers = [], packages = [] } = options;
  const disk = await openDisk(name, [...layers, await rootOf(suite, packages)]);
  return new NspawnGuest(options, disk);
}

class NspawnGuest implements Guest {
  readonly name: string;
  readonly suite: Suite;
  readonly disk: Disk;
  readonly events: string[] = [];
  bootId = '';
  boots = 0;
  started = '';
  kubelet: Kubelet | undefined;
  private readonly options: GuestOptions;
  private readonly news = new EventTarget();
  private current: Boot | undefined;
  private failure: unknown;
  private closing = false;
  /** Starts and ends of the guest happen one after another, however they are asked for. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: GuestOptions, disk: Disk) {
    this.name = options.name;
    this.suite = options.suite;
    this.options = options;
    this.disk = disk;
  }

  get up(): boolean {
    return this.current !== undefined;
  }

  async boot(): Promise<void> {
    const wanted = this.boots + 1;
    await this.inTurn(() => this.switchOn());
    await this.awaitBoot(wanted);
  }

  async reboot(): Promise<void> {
    const wanted = this.boots + 1;
    await this.systemctl('reboot');
    await this.awaitBoot(wanted);
  }

  async poweroff(): Promise<void> {
    await this.systemctl('poweroff');
    await this.awaitOff();
  }

  async powerCut(): Promise<void> {
    await this.inTurn(async () => {
      this.happened('power cut');
      const boot = this.current;
      this.current = undefined;
      boot?.kill();
      await this.ended(boot);
      await this.disk.cut();
    });
  }

  async awaitBoot(boots: number, milliseconds = limit): Promise<void> {
    await this.state(milliseconds, `boot ${boots}`, () => this.boots >= boots && this.started !== '');
  }

  async awaitOff(milliseconds = limit): Promise<void> {
    await this.state(milliseconds, 'it to be off', () => !this.up);
  }

  async run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
    if (this.current === undefined) throw new Error(`guest ${this.name} is off; it cannot run ${command.join(' ')}`);
    return await this.current.run(command, options);
  }

  async must(command: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(command, options);
    if (code !== 0)
      throw new Error(`${this.name}: ${command.join(' ')}: ended with ${code ?? signal}: ${stderr}${stdout}`.trim());
    return stdout;
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
    return await within(
      milliseconds,
      `${this.name}: ${what} (${pattern})`,
      async (signal) => {
        while (!signal.aborted) {
          if (this.failure !== undefined) throw this.failure;
          last =
            this.current === undefined
              ? '(off)'
              : await this.current.run(command).then(
                  ({ stdout }) => stdout,
                  (error: unknown) => String(error),
                );
          if (pattern.test(last)) break;
          await pause(100, signal);
        }
        return last;
      },
      () => `${last.slice(-3000)}\n${this.events.join('\n')}`,
    );
  }

  async logs(pattern: RegExp, milliseconds = limit): Promise<string> {
    return await this.sees(
      'the journal',
      ['journalctl', '--no-pager', '-t', 'kured-host', '-o', 'short-precise'],
      pattern,
      milliseconds,
    );
  }

  path(inside: string): string {
    const leader = this.current?.leader;
    return leader === undefined ? this.disk.hostPath(inside) : join(`/proc/${leader}/root`, inside);
  }

  put(inside: string, content: string | Buffer, mode = 0o644): void {
    const file = this.path(inside);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  read(inside: string): string {
    return readFileSync(this.path(inside), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closing = true;
    await this.inTurn(async () => {
      this.current?.kill();
      await this.ended(this.current);
      if (keepFolders()) await this.keep();
      await this.disk[Symbol.asyncDispose]();
      if (!keepFolders()) removeDisk(this.disk);
    });
  }

  private async keep(): Promise<void> {
    await this.disk.keep();
    writeFileSync(join(this.disk.folder, 'events.txt'), `${this.events.join('\n')}\n`);
    console.error(`guest ${this.name}: kept in ${this.disk.folder}`);
  }

  private async switchOn(): Promise<void> {
    assert.equal(this.current, undefined, `guest ${this.name} is up`);
    const folders = Object.entries(this.options.folders ?? {}).map(([inside, host]) => `--bind-ro=${host}:${inside}`);
    const boot = startBoot(this.name, this.disk, [...folders, ...(this.options.nspawn ?? [])]);
    this.current = boot;
    this.boots += 1;
    this.started = '';
    this.happened(`boot ${this.boots}`);
    boot.ended.then(
      (how) => this.inTurn(() => this.after(boot, how)),
      (error) => this.remember(error),
    );
    this.follow(boot).catch((error) => {
      if (!boot.over) this.remember(error);
    });
  }

  /** What comes up with a boot: its boot ID, its kubelet, and systemd's word that all is started. */
  private async follow(boot: Boot): Promise<void> {
    await within(limit, `boot ${this.boots} of ${this.name} to have a systemd`, async (signal) => {
      while (boot.bootId === undefined && !boot.over) await pause(10, signal);
    });
    if (boot.over || boot !== this.current) return;
    this.bootId = boot.bootId ?? '';
    const bootIdFile = join(this.disk.folder, 'boot-id');
    writeFileSync(bootIdFile, `${this.bootId}\n`);
    if (this.options.kubelet !== undefined)
      this.kubelet = startKubelet(this.options.kubelet.cluster, {
        ...this.options.kubelet,
        node: this.name,
        bootIdFile,
        machineIdFile: this.disk.machineIdFile,
      });
    const state = await within(limit, `boot ${this.boots} of ${this.name} to be started`, (signal) =>
      awaitStarted(boot, signal),
    );
    if (state === undefined || boot !== this.current) return;
    this.started = state;
    this.happened(`started: ${state}`);
  }

  /** A boot that ended by itself: what asks for a reboot gets one. */
  private async after(boot: Boot, how: BootEnd): Promise<void> {
    if (boot !== this.current) return;
    this.current = undefined;
    this.happened(`boot ${this.boots} over: ${how}`);
    await this.ended(boot);
    if (how === 'reboot' && !this.closing) await this.switchOn();
    if (how === 'ended' && !this.closing)
      this.remember(new Error(`guest ${this.name} ended by itself; see ${this.disk.folder}/console.log`));
  }

  private async ended(boot: Boot | undefined): Promise<void> {
    const kubelet = this.kubelet;
    this.kubelet = undefined;
    await kubelet?.kill();
    if (boot !== undefined) await within(limit, `the end of guest ${this.name}`, () => boot.ended);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined);
    return next;
  }

  private remember(error: unknown): void {
    this.failure = error;
    this.happened(String(error));
  }

  private happened(what: string): void {
    this.events.push(`${new Date().toISOString()} ${what}`);
    this.news.dispatchEvent(new Event('news'));
  }

  private async state(milliseconds: number, what: string, is: () => boolean): Promise<void> {
    const look = (): true | undefined => {
      if (this.failure !== undefined) throw this.failure;
      return is() ? true : undefined;
    };
    const follow = (changed: () => void): (() => void) => {
      this.news.addEventListener('news', changed);
      return () => this.news.removeEventListener('news', changed);
    };
    await seen(milliseconds, `${this.name}: ${what}`, look, follow, () => this.events.join('\n'));
  }
}
