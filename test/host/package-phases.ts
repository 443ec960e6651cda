import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Holder, QueueEntry, Slot } from '../../src/core/lease/record.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { pause, podThatStays } from '../pool/stage.ts';
import type { Guest } from './guest.ts';
import type { GuestPool } from './guest-pool.ts';

/** What holds a node in a phase, by what people, pods and machines really do; the hold of each is ended by the next one's `reach`. */
export class Phases {
  readonly nodes: GuestPool;
  readonly guest: Guest;
  private letGo: () => Promise<unknown> = async () => {};

  constructor(nodes: GuestPool, guest: Guest) {
    this.nodes = nodes;
    this.guest = guest;
  }

  /** Before the guest is up: logind is to wait for delay inhibitors as long as the test needs. */
  static prepare(guest: Guest): void {
    guest.put('/etc/systemd/logind.conf.d/50-test.conf', '[Login]\nInhibitDelayMaxSec=1h\n');
  }

  /** A reboot is needed, and a block inhibitor forbids it. */
  async waiting(): Promise<void> {
    const held = await this.inhibit('block');
    this.guest.put('/run/reboot-required', '');
    this.letGo = held;
    await this.waits();
  }

  async waits(): Promise<void> {
    await this.guest.sees('the status', ['kured-host', 'status'], /the test .* holds a block inhibitor/);
  }

  /** It has its place in the queue of a paused pool. */
  async queued(): Promise<void> {
    const resume = await pause({ cluster: this.nodes.cluster, pool: this.nodes.pool });
    await this.letGo();
    this.letGo = resume;
    await this.hasPlace();
  }

  async hasPlace(): Promise<void> {
    await this.inLease('a place in the queue', ({ place }) => place !== undefined);
  }

  /** It holds the Lease, and a pod stays. */
  async draining(): Promise<void> {
    const { cluster } = this.nodes;
    const leave = await podThatStays({ cluster, machine: this.guest });
    await this.letGo();
    this.letGo = leave;
    await this.drains();
  }

  async drains(): Promise<void> {
    await this.inLease('a claim', ({ holder }) => holder?.phase === 'draining');
    await this.guest.sees('the status', ['kured-host', 'status'], /stays/);
  }

  /** The fence is written and logind prepares the reboot, which a delay inhibitor keeps. */
  async rebooting(): Promise<void> {
    const held = await this.inhibit('delay');
    await this.letGo();
    this.letGo = held;
    await this.inLease('a fence', ({ holder }) => holder?.phase === 'rebooting');
    await this.guest.sees('what logind does', preparing, /true/);
  }

  /** It has booted, and its kubelet is not Ready: the guest's kubelet has to be one that takes its time. */
  async verifying(): Promise<void> {
    await this.reboots();
    await this.verifies();
  }

  async reboots(): Promise<void> {
    const boots = this.guest.boots + 1;
    await this.letGo();
    this.letGo = async () => void (await this.guest.kubelet?.ready(true));
    await this.guest.awaitBoot(boots);
  }

  async verifies(): Promise<void> {
    await this.inLease('a boot that is verified', ({ holder }) => holder?.phase === 'verifying');
  }

  /** The reboot is proven, and nothing is left to do. */
  async idle(): Promise<void> {
    await this.letGo();
    this.letGo = async () => {};
    await this.nodes.rebooted(this.guest, this.guest.boots);
    await this.inLease('nothing of this node', ({ holder, place }) => holder === undefined && place === undefined);
  }

  /** After a start it has found out where it was. */
  async recovered(): Promise<void> {
    await this.guest.sees('the status', ['kured-host', 'status', '--json'], /"phase": *"(?!recovering)/);
  }

  /** What others see of this node: its claim and its place, which stay the same through a restart. */
  async held(): Promise<Held> {
    const { cluster, pool } = this.nodes;
    const [lease, node] = await Promise.all([
      pool.lease,
      cluster.admin.get<NodeObject>(`/api/v1/nodes/${this.guest.name}`),
    ]);
    const { holder, place } = this.mine(lease);
    return {
      phase: holder?.phase,
      claim: holder?.claim,
      attempt: holder?.attempt,
      place: place?.id,
      cordoned: node.spec?.unschedulable === true,
      marked: node.metadata.annotations?.['kured-host/claim'] !== undefined,
    };
  }

  private mine(lease: LeaseObject): Mine {
    const reading = readRecord(lease);
    if (!reading.readable) throw new Error(`the Lease is not readable: ${JSON.stringify(reading)}`);
    const of = <T extends { readonly node: string }>(slots: readonly Slot<T>[]): T | undefined =>
      slots.flatMap((slot) => (slot.readable ? [slot.entry] : [])).find(({ node }) => node === this.guest.name);
    return { holder: of(reading.record.holders), place: of(reading.record.queue) };
  }

  private async inLease(what: string, is: (mine: Mine) => boolean): Promise<void> {
    await this.nodes.cluster.admin.until<LeaseObject & KubernetesObject>(
      this.nodes.pool.leasePath,
      `${what} in the Lease for ${this.guest.name}`,
      (lease) => lease !== undefined && is(this.mine(lease)),
      60_000,
    );
  }

  /** Takes an inhibitor of logind; resolves, once logind has it, with what lets it go. */
  private async inhibit(mode: 'block' | 'delay'): Promise<() => Promise<unknown>> {
    const unit = `${mode}-inhibitor`;
    const hold = ['systemd-inhibit', '--what=shutdown', `--mode=${mode}`, '--who=the test', '--why=a phase is held'];
    await this.guest.must(['systemd-run', `--unit=${unit}`, '--quiet', ...hold, 'sleep', 'infinity']);
    await this.guest.sees('inhibitors', ['systemd-inhibit', '--list', '--no-legend'], new RegExp(`the test.* ${mode}`));
    return () => this.guest.systemctl('stop', unit);
  }
}

/** What a Lease and a Node show of one node. */
export interface Held {
  readonly phase: string | undefined;
  readonly claim: string | undefined;
  readonly attempt: number | undefined;
  readonly place: string | undefined;
  readonly cordoned: boolean;
  readonly marked: boolean;
}

interface Mine {
  readonly holder: Holder | undefined;
  readonly place: QueueEntry | undefined;
}

interface NodeObject extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

const manager = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];
const preparing = ['busctl', 'get-property', ...manager, 'PreparingForShutdown'];
