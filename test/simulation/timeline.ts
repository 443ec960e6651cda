import type { Time } from './time.ts';

interface Noted {
  readonly at: number;
  readonly who: string;
  readonly what: string | (() => string);
}

/** What happened, kept cheaply: put into words only when somebody wants to read it. */
export class Timeline {
  readonly #time: Time;
  readonly #noted: Noted[] = [];

  constructor(time: Time) {
    this.#time = time;
  }

  note(who: string, what: string | (() => string)): void {
    this.#noted.push({ at: this.#time.mono(), who, what });
  }

  lines(): readonly string[] {
    return this.#noted.map(
      ({ at, who, what }) => `${momentText(at)}  ${who}: ${typeof what === 'string' ? what : what()}`,
    );
  }
}

/** Hours, minutes, seconds and milliseconds since the run began. */
export function momentText(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = (ms / 1000) % 60;
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${seconds.toFixed(3).padStart(6, '0')}`;
}
