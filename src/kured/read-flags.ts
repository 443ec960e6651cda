import { outsideText } from '../core/outside-text.ts';
import { FlagSet, type Origin } from './flag-set.ts';
import { type FlagName, flagNamed, kuredFlags } from './flags.ts';
import type { Found, Variable } from './found.ts';

export interface FlagsReading {
  readonly flags: FlagSet;
  /** Flags whose value stands elsewhere, with the words for where. */
  readonly elsewhere: ReadonlyMap<FlagName, string>;
  /** Why kured itself would not start, a sentence each. */
  readonly problems: readonly string[];
  /** What kured passes over, a sentence each. */
  readonly notes: readonly string[];
}

/** Reads arguments and environment as kured 1.23 does at its start: pflag first, then the environment over it. */
export function readFlags({ args, added, env, inPod }: Omit<Found, 'mounts' | 'notes'>): FlagsReading {
  const reading = new Reading(new Map(env.map((variable) => [variable.name, variable])), inPod);
  reading.arguments(args);
  reading.environment();
  reading.added(added);
  return reading;
}

/** What nobody should read on a terminal. */
const secret: readonly FlagName[] = ['notify-url', 'slack-hook-url', 'prometheus-url'];

class Reading implements FlagsReading {
  readonly flags = new FlagSet();
  readonly elsewhere = new Map<FlagName, string>();
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  readonly #env: ReadonlyMap<string, Variable>;

  #expands: boolean;

  constructor(env: ReadonlyMap<string, Variable>, expands: boolean) {
    this.#env = env;
    this.#expands = expands;
  }

  /** Of a person, at a shell: no kubelet has put anything in their place. */
  added(args: readonly string[]): void {
    this.#expands = false;
    this.arguments(args);
  }

  /** pflag: flags and other words in any order; nothing is a flag behind `--`. */
  arguments(args: readonly string[]): void {
    for (let at = 0; at < args.length; at += 1) {
      const argument = args[at] ?? '';
      if (argument === '--') {
        this.#passedOver(args.slice(at + 1));
        return;
      }
      if (!argument.startsWith('-') || argument === '-') this.#passedOver([argument]);
      else if (!argument.startsWith('--')) {
        const asked = /^-h/.test(argument)
          ? 'asks for the help alone'
          : 'is no flag of kured, which has none with one dash';
        this.problems.push(`${this.#shown(argument)} ${asked}`);
      } else at += this.#flag(argument.slice(2), args[at + 1]);
    }
  }

  /** How many more arguments it took. */
  #flag(text: string, next: string | undefined): 0 | 1 {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    const flag = flagNamed(name);
    if (flag === undefined) {
      this.problems.push(`--${this.#shown(name)} is no flag of kured 1.23`);
      return 0;
    }
    if (value !== undefined) this.#set(flag.name, value, 'arguments');
    else if (flag.type === 'bool') this.#set(flag.name, 'true', 'arguments');
    else if (next === undefined) this.problems.push(`--${name} has no value, with which kured does not start`);
    else {
      this.#set(flag.name, next, 'arguments');
      return 1;
    }
    return 0;
  }

  environment(): void {
    for (const { name, type } of kuredFlags) {
      const variable = this.#env.get(`KURED_${name.toUpperCase().replaceAll('-', '_')}`);
      if (variable === undefined) continue;
      if (type === 'stringArray') {
        this.notes.push(`${variable.name} is not read by kured, which takes --${name} from its arguments alone`);
      } else if (variable.value === null) this.#from(name, variable.from);
      else this.#set(name, variable.value, 'environment');
    }
    for (const name of this.#env.keys()) {
      if (!/^KURED_/.test(name) || kuredFlags.some((flag) => nameInEnvironment(flag.name) === name)) continue;
      this.notes.push(`${this.#shown(name)} is not read by kured, which has no flag of that name`);
    }
  }

  #set(name: FlagName, text: string, origin: Origin): void {
    const value = this.#expanded(name, text);
    if (value === null) return;
    this.elsewhere.delete(name);
    const why = this.flags.set(name, value, origin);
    if (why === null) return;
    const called = origin === 'arguments' ? `--${name}` : nameInEnvironment(name);
    const said = secret.includes(name) ? 'has a value' : `is "${this.#shown(value)}"`;
    this.problems.push(`${called} ${said}, ${why}; kured does not start with it`);
  }

  /** The kubelet puts variables of the container for `$(NAME)`; `$$` stands for one dollar. */
  #expanded(name: FlagName, text: string): string | null {
    if (!this.#expands) return text;
    let from: string | null = null;
    const value = text.replaceAll(/\$(\$|\(([^()$]+)\))/g, (whole, dollar: string, inner: string | undefined) => {
      if (inner === undefined) return dollar;
      const variable = this.#env.get(inner);
      if (variable === undefined) return whole;
      if (variable.value === null) from = variable.from;
      return variable.value ?? '';
    });
    if (from === null) return value;
    this.#from(name, from);
    return null;
  }

  #from(name: FlagName, from: string): void {
    this.elsewhere.set(name, from);
  }

  #passedOver(words: readonly string[]): void {
    for (const word of words) this.notes.push(`"${this.#shown(word)}" is no flag, and kured passes over it`);
  }

  #shown(text: string): string {
    // What could be a URL with a secret in it is never shown.
    return outsideText(text.replace(/=.*/s, '=…').replace(/\w+:\/\/.*/s, '…'), 80);
  }
}

function nameInEnvironment(name: string): string {
  return `KURED_${name.toUpperCase().replaceAll('-', '_')}`;
}
