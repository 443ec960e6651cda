import { EVENT_ID, type Event, getScalarValue, type ScalarEvent } from 'js-yaml';
import type { Place } from './place.ts';
import { type ConfigProblem, type ProblemCode, problemAt } from './problem.ts';
import { scalarStart, scalarValue } from './scalar.ts';
import { quoted } from './shown.ts';
import type { Tree, TreeEntry, TreeMap } from './tree.ts';

/** Goes once through the events of one text, in order, and makes the tree; what it refuses is in `problems`. */
export class EventWalk {
  readonly problems: ConfigProblem[] = [];
  readonly #events: readonly Event[];
  readonly #text: string;
  readonly #place: (offset: number) => Place;
  #next = 0;
  /** Up to where the text is accounted for; an empty value has no offset of its own. */
  #reached = 0;

  constructor(events: readonly Event[], text: string, place: (offset: number) => Place) {
    this.#events = events;
    this.#text = text;
    this.#place = place;
  }

  document(): TreeMap {
    const nothing: TreeMap = { kind: 'map', entries: new Map(), at: this.#place(0) };
    if (this.#events.length === 0) return nothing;
    this.#take();
    const tree = this.#node();
    this.#take();
    if (this.#next < this.#events.length) {
      this.#refuse('several-documents', this.#nextDocument(), 'a second YAML document begins here; a file holds one');
    }
    if (tree.kind === 'map') return tree;
    if (tree.kind === 'scalar' && tree.value === null) return nothing;
    const what = tree.kind === 'list' ? 'a list' : 'a single value';
    const message = `the file must be a map of keys, for example "concurrency: 1"; it is ${what}`;
    this.problems.push(problemAt('wrong-type', tree.at, message));
    return nothing;
  }

  #node(): Tree {
    const event = this.#take();
    this.#refuseProperties(event);
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        this.#reached = event.start;
        return { kind: 'list', at: this.#place(event.start), items: this.#items() };
      case EVENT_ID.MAPPING:
        this.#reached = event.start;
        return { kind: 'map', at: this.#place(event.start), entries: this.#entries() };
      case EVENT_ID.ALIAS:
        this.#reached = event.anchorEnd;
        this.#refuse('not-supported', event.anchorStart - 1, 'aliases (*name) are not supported; write the value out');
        return { kind: 'scalar', value: null, empty: false, at: this.#place(event.anchorStart - 1) };
      default:
        throw new Error('an event of the YAML parser came out of order');
    }
  }

  #scalar(event: ScalarEvent): Tree {
    const empty = event.valueStart < 0;
    const start = empty ? this.#emptyValue() : scalarStart(event, this.#text);
    this.#reached = empty ? start + 1 : event.valueEnd;
    return { kind: 'scalar', value: scalarValue(event, this.#text), empty, at: this.#place(start) };
  }

  #items(): readonly Tree[] {
    const items: Tree[] = [];
    while (!this.#closes()) items.push(this.#node());
    return items;
  }

  #entries(): ReadonlyMap<string, TreeEntry> {
    const entries = new Map<string, TreeEntry>();
    while (!this.#closes()) {
      const { key, keyAt } = this.#key();
      const first = entries.get(key)?.keyAt.line;
      const value = this.#node();
      if (first === undefined) entries.set(key, { keyAt, value });
      else {
        const message = `the key ${quoted(key)} stands here again; the first is in line ${first}`;
        this.problems.push(problemAt('duplicate-key', keyAt, message));
      }
    }
    return entries;
  }

  #key(): { readonly key: string; readonly keyAt: Place } {
    const event = this.#events[this.#next];
    const tree = this.#node();
    if (event?.type === EVENT_ID.SCALAR) return { key: getScalarValue(this.#text, event), keyAt: tree.at };
    const message = 'a key must be a single word, not a list, a map or an alias';
    this.problems.push(problemAt('not-supported', tree.at, message));
    return { key: '', keyAt: tree.at };
  }

  #take(): Event {
    const event = this.#events[this.#next++];
    if (event === undefined) throw new Error('the YAML parser stopped in the middle');
    return event;
  }

  #closes(): boolean {
    const closes = this.#events[this.#next]?.type === EVENT_ID.POP;
    if (closes) this.#next++;
    return closes;
  }

  #refuseProperties(event: Event): void {
    if ('tagStart' in event && event.tagStart >= 0) {
      this.#refuse('not-supported', event.tagStart, 'tags (!name) are not supported; put text in quotes instead');
    }
    if (event.type !== EVENT_ID.ALIAS && 'anchorStart' in event && event.anchorStart >= 0) {
      const message = 'anchors (&name) are not supported; write the value out each time';
      this.#refuse('not-supported', event.anchorStart - 1, message);
    }
  }

  #refuse(code: ProblemCode, offset: number, message: string): void {
    this.problems.push(problemAt(code, this.#place(offset), message));
  }

  /** The `:` or `-` after which nothing was written: the first one past closing marks, blanks and comments. */
  #emptyValue(): number {
    // A comment is taken whole, in one way only: a line of many # would be tried in more ways than there is time for.
    const indicator = /(?:[\s"'\]},]|#[^\r\n]*(?:[\r\n]|$))*([-:?])/y;
    indicator.lastIndex = this.#reached;
    const found = indicator.exec(this.#text);
    return found === null ? this.#reached : indicator.lastIndex - 1;
  }

  #nextDocument(): number {
    const marker = /^---(?=\s|$)/gm;
    marker.lastIndex = this.#reached;
    return marker.exec(this.#text)?.index ?? this.#text.length;
  }
}
