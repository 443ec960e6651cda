import { looks, type Paint, type Stage } from './palette.ts';
import type { PodMark } from './pods.ts';

export interface Row {
  readonly node: string;
  readonly stage: Stage;
  /** Milliseconds in this phase. */
  readonly since: number;
  readonly pods: readonly PodMark[];
  readonly reason: string;
}

const podGlyphs: Readonly<Record<PodMark, string>> = { running: '●', starting: '◌', ending: '○' };
const phaseWidth = 11;
const sinceWidth = 6;
const podsWidth = 7;

/** The table as lines, none longer than `width` columns (50 or more); narrow terminals lose the pods, then the end of the reason. */
export function tableLines(rows: readonly Row[], width: number, paint: Paint): readonly string[] {
  const nodeWidth = Math.max(4, ...rows.map(({ node }) => node.length));
  const withPods = width >= 80;
  const taken = 2 + nodeWidth + 2 + 2 + phaseWidth + sinceWidth + 2 + (withPods ? podsWidth + 2 : 0);
  const room = Math.max(0, width - taken);
  const pods = (text: string): string => (withPods ? `${text.padEnd(podsWidth)}  ` : '');
  const head = `  ${'NODE'.padEnd(nodeWidth)}  ${'PHASE'.padEnd(phaseWidth + 2)}${'SINCE'.padStart(sinceWidth)}  ${pods('PODS')}${'REASON'.slice(0, room)}`;
  return [paint.dim(head.slice(0, width)), ...rows.map(line)];

  function line(row: Row): string {
    const phase = paint.stage(row.stage, `${dot(row.stage)} ${row.stage.padEnd(phaseWidth)}`);
    const since = `${Math.floor(row.since / 1000)} s`.padStart(sinceWidth);
    const reason = clip(row.reason, room);
    const end = row.stage === 'idle' || row.stage === 'done' ? paint.dim(reason) : reason;
    return `  ${paint.bold(row.node.padEnd(nodeWidth))}  ${phase}${since}  ${pods(podsText(row.pods))}${end}`;
  }
}

function dot(stage: Stage): string {
  return stage === 'done' ? '✓' : looks[stage].glyph === '·' ? '·' : '●';
}

function podsText(pods: readonly PodMark[]): string {
  const all = pods.map((mark) => podGlyphs[mark]).join('');
  return all.length > podsWidth ? `${all.slice(0, podsWidth - 1)}+` : all;
}

/** The text in at most that many columns, with an ellipsis where it was cut. */
export function clip(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns <= 0 ? '' : `${text.slice(0, columns - 1)}…`;
}

/** Draws lines over the ones it drew before, and gives the cursor back at the end. */
export class Screen implements Disposable {
  readonly #write: (text: string) => void;
  #lines = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
    write('\x1b[?25l');
  }

  draw(lines: readonly string[]): void {
    const up = this.#lines === 0 ? '' : `\x1b[${this.#lines}A`;
    this.#write(`${up}\r${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    this.#lines = lines.length;
  }

  [Symbol.dispose](): void {
    this.#write('\x1b[?25h');
  }
}
