import type { Strikes } from './strikes.ts';

/** What comes of a call to reboot. */
export type RebootFate = 'happens' | 'refused' | 'nothing' | 'unanswered';

/** Milliseconds, each from the one before; null: never. */
export interface BootTimes {
  /** From the end of the last boot to this one's kernel. */
  readonly off: number;
  /** To the service's first start. */
  readonly service: number;
  /** From the kernel to the kubelet's first report. */
  readonly kubelet: number | null;
  /** From its first report, which names the boot, to the one that it is Ready; 0: both are one. */
  readonly unready: number;
}

/** How long things take and what comes of them, from the seed: the ordinary, which faults may make worse. */
export class Weather {
  readonly #strikes: Strikes;
  /** Faults hook in at these. */
  worseBoot: (node: string, boot: number, usual: BootTimes) => BootTimes = (_node, _boot, usual) => usual;
  rebootFate: (node: string, place: string) => RebootFate = () => 'happens';
  /** Whether what asks for a reboot is still there after it, as a command's answer may be. */
  needStays: (node: string, boot: number) => boolean = () => false;

  constructor(strikes: Strikes) {
    this.#strikes = strikes;
  }

  /** A number of milliseconds that belongs to this name, evenly from `least` to `most`. */
  between(name: string, least: number, most: number): number {
    return least + this.#strikes.chance(name) * (most - least);
  }

  /** From `least` to `most`, and each length as likely as one twice as long: what lasts hours now and then lasts minutes as a rule. */
  spread(name: string, least: number, most: number): number {
    return least * (most / least) ** this.#strikes.chance(name);
  }

  /** Evenly from `least` to `usual`; one in ten up to `most`. */
  mostly(name: string, least: number, usual: number, most: number): number {
    return this.between(name, least, this.#strikes.chance(`${name}/long`) < 0.1 ? most : usual);
  }

  bootTimes(node: string, boot: number): BootTimes {
    const name = `${node}/boot-${boot}`;
    return this.worseBoot(node, boot, {
      off: this.mostly(`${name}/off`, 5_000, 30_000, 180_000),
      service: this.mostly(`${name}/service`, 500, 5_000, 60_000),
      kubelet: this.mostly(`${name}/kubelet`, 1_000, 15_000, 120_000),
      unready: 0,
    });
  }

  /** How long a machine without power stays so. */
  powerOff(node: string, boot: number): number {
    return this.mostly(`${node}/boot-${boot}/power-off`, 1_000, 60_000, 1_800_000);
  }

  /** Until systemd starts a killed service again: RestartSec, or longer where it is killed again and again. */
  restartAfter(node: string, process: string): number {
    return this.mostly(`${node}/${process}/restart`, 100, 5_000, 180_000);
  }
}
