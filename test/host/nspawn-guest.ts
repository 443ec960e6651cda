import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepFolders } from '../cluster/available.ts';
import { type Kubelet, startKubelet } from '../cluster/kubelet.ts';
import { seen, within } from '../cluster/waiting.ts';
import type { Suite } from './available.ts';
import { awaitStarted, type Boot, pause, startBoot } from './guest-boot.ts';
import { type Disk, removeDisk } from './guest-disk.ts';
import { BootedInside } from './guest-inside.ts';
import type { Ending, Guest, GuestOptions } from './guest-kinds.ts';

const limit = 60_000;

/** A guest from its first boot to its end: what it asks for (a reboot, to be switched off) happens to it. */
export class NspawnGuest extends BootedInside implements Guest {
  readonly name: string;
  readonly suite: Suite;
  readonly disk: Disk;
  readonly events: string[] = [];
  readonly endings: Ending[] = [];
  readonly booted: { readonly bootId: string; readonly at: number }[] = [];
  bootId = '';
  boots = 0;
  started = '';
  kubelet: Kubelet | undefined;
  protected current: Boot | undefined;
  protected failure: unknown;
  private readonly options: GuestOptions;
  private readonly news = new EventTarget();
  /** Starts and ends of the guest happen one after another, however they are asked for. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: GuestOptions, disk: Disk) {
    super();
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
      const boot = this.over('power cut');
      await this.disk.cut();
      await this.gone(boot);
    });
  }

  async awaitBoot(boots: number, milliseconds = limit): Promise<void> {
    await this.state(milliseconds, `boot ${boots}`, () => this.boots >= boots && this.started !== '');
  }

  async awaitOff(milliseconds = limit): Promise<void> {
    await this.state(milliseconds, 'it to be off', () => !this.up);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.inTurn(async () => {
      const boot = this.current;
      this.current = undefined;
      if (keepFolders()) await this.keep();
      await this.disk[Symbol.asyncDispose]();
      await this.gone(boot);
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
    this.follow(boot).catch((error) => this.remember(boot, error));
    boot.ended.then(() => this.inTurn(() => this.after(boot))).catch((error) => this.remember(boot, error));
  }

  /** What comes up with a boot: its boot ID, its kubelet, and systemd's word that all is started. */
  private async follow(boot: Boot): Promise<void> {
    await within(limit, `boot ${this.boots} of ${this.name} to have a systemd`, async (signal) => {
      while (boot.bootId === undefined && !boot.over) await pause(10, signal);
    });
    if (boot !== this.current) return;
    this.bootId = boot.bootId ?? '';
    this.booted.push({ bootId: this.bootId, at: Date.now() });
    this.startKubelet();
    const what = `boot ${this.boots} of ${this.name} to be started`;
    const state = await within(limit, what, (signal) => awaitStarted(boot, signal));
    if (state === undefined || boot !== this.current) return;
    this.started = state;
    this.happened(`started: ${state}`);
  }

  private startKubelet(): void {
    const bootIdFile = join(this.disk.folder, 'boot-id');
    writeFileSync(bootIdFile, `${this.bootId}\n`);
    const { kubelet } = this.options;
    if (kubelet === undefined) return;
    const { machineIdFile } = this.disk;
    this.kubelet = startKubelet(kubelet.cluster, { ...kubelet, node: this.name, bootIdFile, machineIdFile });
  }

  /** A boot that ended by itself: what asks for a reboot gets one. */
  private async after(boot: Boot): Promise<void> {
    if (boot !== this.current) return;
    const how = await boot.ended;
    this.over(how);
    await this.gone(boot);
    if (how === 'reboot') await this.switchOn();
    if (how === 'ended') throw new Error(`guest ${this.name} ended by itself; see ${this.disk.folder}/console.log`);
  }

  /** From now on it is off. */
  private over(how: Ending['how']): Boot | undefined {
    const boot = this.current;
    this.current = undefined;
    if (boot !== undefined) this.endings.push({ boot: this.boots, bootId: this.bootId, how, at: Date.now() });
    this.happened(`boot ${this.boots} over: ${how}`);
    return boot;
  }

  private async gone(boot: Boot | undefined): Promise<void> {
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

  private remember(boot: Boot, error: unknown): void {
    // What goes wrong with a boot that is over is no news.
    if (this.current !== undefined && boot !== this.current) return;
    this.failure ??= error;
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
