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
}

/** How long things take and what comes of them, from the seed: the ordinary, which faults may make worse. */
export class Weather {
  readonly #strikes: Strikes;
  /** Faults hook in at these. */
  worseBoot: (node: string, boot: number, usual: BootTimes) => BootTimes = (_node, _boot, usual) => usual;
  rebootFate: (node: string, place: string) => RebootFate = () => 'happens';

  constructor(strikes: Strikes) {
    this.#strikes = strikes;
  }

  /** A number of milliseconds that belongs to this name, evenly from `least` to `most`. */
  between(name: string, least: number, most: number): number {
    return least + this.#strikes.chance(name) * (most - least);
  }

  bootTimes(node: string, boot: number): BootTimes {
    const name = `${node}/boot-${boot}`;
    return this.worseBoot(node, boot, {
      off: this.between(`${name}/off`, 5_000, 90_000),
      service: this.between(`${name}/service`, 500, 20_000),
      kubelet: this.between(`${name}/kubelet`, 1_000, 60_000),
    });
  }

  /** How long a machine without power stays so. */
  powerOff(node: string, boot: number): number {
    const name = `${node}/boot-${boot}/power-off`;
    // One in ten is away for long.
    return this.between(name, 1_000, this.#strikes.chance(`${name}/long`) < 0.1 ? 1_800_000 : 60_000);
  }

  /** Until systemd starts a killed service again: RestartSec, or longer where it is killed again and again. */
  restartAfter(node: string, process: string): number {
    const name = `${node}/${process}/restart`;
    return this.between(name, 100, this.#strikes.chance(`${name}/long`) < 0.1 ? 180_000 : 5_000);
  }
}
