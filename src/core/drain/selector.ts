import { isLabelValue, isQualifiedName } from '../names.ts';
import { type Token, tokensOf } from './selector-tokens.ts';

/** A label selector: all requirements have to be met; none means everything. */
export type Selector = readonly Requirement[];

export type Requirement =
  | { readonly key: string; readonly operator: 'exists' | 'absent' }
  | { readonly key: string; readonly operator: 'in' | 'not-in'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'above' | 'below'; readonly value: bigint };

/** A selector, or what is wrong with its text; `at` is the index of the character where that was noticed. */
export type SelectorReading =
  | { readonly readable: true; readonly selector: Selector }
  | { readonly readable: false; readonly at: number; readonly why: string };

/**
 * Reads a label selector in Kubernetes' syntax (k8s.io/apimachinery/pkg/labels, Parse): requirements joined by commas, each
 * one of `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`, `key<1`. An
 * empty text selects everything. What Kubernetes refuses is refused.
 */
export function parseSelector(text: string): SelectorReading {
  try {
    return { readable: true, selector: new Parser(tokensOf(text)).selector() };
  } catch (fault) {
    if (fault instanceof Fault) return { readable: false, at: fault.at, why: fault.message };
    throw fault;
  }
}

/** Whether an object with these labels is selected. */
export function matchesSelector(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every((requirement) =>
    isMet(requirement, Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined),
  );
}

/** `!=` and `notin` are met by an object without the label; `>` and `<` only by one whose label is a whole number. */
function isMet(requirement: Requirement, label: string | undefined): boolean {
  switch (requirement.operator) {
    case 'exists':
      return label !== undefined;
    case 'absent':
      return label === undefined;
    case 'in':
      return label !== undefined && requirement.values.includes(label);
    case 'not-in':
      return label === undefined || !requirement.values.includes(label);
    case 'above':
    case 'below': {
      const value = label === undefined ? null : int64(label);
      if (value === null) return false;
      return requirement.operator === 'above' ? value > requirement.value : value < requirement.value;
    }
  }
}

/** Ends the parsing; never leaves this file. */
class Fault extends Error {
  readonly at: number;

  constructor(at: number, why: string) {
    super(why);
    this.at = at;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  selector(): Selector {
    const requirements: Requirement[] = [];
    if (this.#peek().is === 'end') return requirements;
    for (;;) {
      requirements.push(this.#requirement());
      const token = this.#take();
      if (token.is === 'end') return requirements;
      if (token.is !== ',') throw expected(token, '"," or the end');
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().is === '!';
    if (negated) this.#take();
    const key = labelKey(this.#word('a label key'));
    if (negated) return { key, operator: 'absent' };
    const { is } = this.#peek();
    return is === ',' || is === 'end' ? { key, operator: 'exists' } : this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const token = this.#take();
    switch (token.is === 'word' ? token.text : token.is) {
      case '=':
      case '==':
        return { key, operator: 'in', values: [this.#value()] };
      case '!=':
        return { key, operator: 'not-in', values: [this.#value()] };
      case 'in':
        return { key, operator: 'in', values: this.#values() };
      case 'notin':
        return { key, operator: 'not-in', values: this.#values() };
      case '>':
        return { key, operator: 'above', value: this.#number() };
      case '<':
        return { key, operator: 'below', value: this.#number() };
      default:
        throw expected(token, 'one of =, ==, !=, in, notin, >, <');
    }
  }

  /** Nothing before a comma or the end is the empty value. */
  #value(): string {
    const { is } = this.#peek();
    return is === ',' || is === 'end' ? '' : labelValue(this.#word('a value'));
  }

  #number(): bigint {
    const token = this.#peek();
    const value = int64(this.#value());
    if (value === null) throw expected(token, 'a whole number');
    return value;
  }

  /** `(a,b)`; a place between parentheses and commas that is left empty is the empty value. */
  #values(): readonly string[] {
    const open = this.#take();
    if (open.is !== '(') throw expected(open, '"("');
    const values = new Set<string>();
    for (;;) {
      values.add(this.#peek().is === 'word' ? labelValue(this.#word('a value')) : '');
      const token = this.#take();
      if (token.is === ')') return [...values];
      if (token.is !== ',') throw expected(token, '"," or ")"');
    }
  }

  #word(what: string): Token {
    const token = this.#take();
    if (token.is !== 'word') throw expected(token, what);
    return token;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] ?? { is: 'end', text: 'the end', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }
}

function expected(token: Token, what: string): Fault {
  const found = token.is === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`;
  return new Fault(token.at, `found ${found} where ${what} is expected`);
}

function labelKey(token: Token): string {
  if (!isQualifiedName(token.text)) throw new Fault(token.at, `"${token.text.slice(0, 40)}" is not a label key`);
  return token.text;
}

function labelValue(token: Token): string {
  if (!isLabelValue(token.text)) throw new Fault(token.at, `"${token.text.slice(0, 40)}" is not a label value`);
  return token.text;
}

function int64(text: string): bigint | null {
  if (!/^\d{1,19}$/.test(text)) return null;
  const value = BigInt(text);
  return value < 2n ** 63n ? value : null;
}
