import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Kubelet, KubeletOptions } from '../cluster/kubelet.ts';
import type { Finished } from '../cluster/process.ts';
import type { Suite } from './available.ts';
import type { BootEnd, RunOptions } from './guest-boot.ts';
import type { Disk } from './guest-disk.ts';

export interface GuestOptions {
  readonly suite: Suite;
  /** Its host name, and its node's name: unique on this machine. */
  readonly name: string;
  /** Folders that lie over the suite's root, the uppermost first: see `packaged.ts`. */
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

/** How one of a guest's boots ended. */
export interface Ending {
  /** From 1. */
  readonly boot: number;
  readonly bootId: string;
  readonly how: BootEnd | 'power cut';
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What can be done in a guest that is up. */
export interface Inside {
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
  /** Where the host finds a path of the guest, /run and /tmp too while it is up. Throws for a path through an absolute link: outside, that leads to the host's files. */
  path(inside: string): string;
  /** Writes a file into it, up or off, with the folders above; no power cut takes it. */
  put(inside: string, content: string | Buffer, mode?: number): void;
  read(inside: string): string;
}

/** A Debian with a systemd of its own, that reboots as machines do. Off when made; its disk is there from the start. */
export interface Guest extends Inside, AsyncDisposable {
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
  /** Its boots, oldest first, and when each was seen to be up, in milliseconds since 1970. */
  readonly booted: readonly { readonly bootId: string; readonly at: number }[];
  /** What was run in it, and when. */
  readonly ran: readonly { readonly command: string; readonly at: number }[];
  /** How its boots ended, oldest first. */
  readonly endings: readonly Ending[];
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
}
