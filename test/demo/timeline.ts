import type { PhaseName } from '../../src/core/phases/state.ts';
import type { Status } from '../../src/core/status.ts';
import { heldGlyph, legend, looks, type Paint, type Stage } from './palette.ts';

/** A stretch of one bar: milliseconds since the story began. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly stage: Stage;
  /** What holds the node up, in two words; null while it goes on. */
  readonly held: 'budget' | 'reboot' | null;
  /** The reason it began with. */
  readonly why: string;
}

export interface Bar {
  readonly node: string;
  readonly segments: readonly Segment[];
}

export interface Change {
  readonly at: number;
  readonly status: Pick<Status, 'phase' | 'reason'>;
}

/**
 * What a node went through between two moments (wall clock, milliseconds) as stretches without a gap: from the last change
 * before the beginning up to the end. Idle after a reboot is `done`, and the look at all there is belongs to the proof.
 */
export function segmentsOf(changes: readonly Change[], begin: number, end: number): readonly Segment[] {
  const segments: Segment[] = [];
  let away = false;
  for (const { at, status } of changes) {
    const { phase, reason } = status;
    away ||= phase === 'rebooting' && at >= begin;
    const stage = away ? (afterReboot[phase] ?? phase) : phase;
    const held = heldBy(reason.code);
    const last = segments.at(-1);
    if (last !== undefined && last.stage === stage && last.held === held) continue;
    const from = Math.max(0, at - begin);
    if (last !== undefined) segments.splice(-1, 1, { ...last, to: from });
    segments.push({ from, to: Math.max(0, end - begin), stage, held, why: reason.message });
  }
  return segments.filter(({ from, to }) => to > from);
}

const afterReboot: Readonly<Partial<Record<PhaseName, Stage>>> = { idle: 'done', recovering: 'verifying' };
const failedReboot = ['reboot-refused', 'reboot-silent', 'reboot-unanswered', 'reboot-not-happening'];

function heldBy(code: string): Segment['held'] {
  if (code === 'drain-blocked') return 'budget';
  return failedReboot.includes(code) ? 'reboot' : null;
}

/** One line a node, an axis in seconds, and what the fillings mean; no line longer than `width` columns (40 or more). */
export function timelineText(bars: readonly Bar[], width: number, paint: Paint): readonly string[] {
  const label = Math.max(...bars.map(({ node }) => node.length));
  const cells = Math.max(10, width - label - 4);
  const total = Math.max(1, ...bars.flatMap(({ segments }) => segments.map(({ to }) => to)));
  const lines = bars.map((bar) => `  ${bar.node.padEnd(label)}  ${barText(bar.segments, cells, total, paint)}`);
  return [...lines, paint.dim(`  ${' '.repeat(label)}  ${axis(cells, total)}`), '', ...legendLines(width, paint)];
}

function barText(segments: readonly Segment[], cells: number, total: number, paint: Paint): string {
  const cell = total / cells;
  const drawn = Array.from({ length: cells }, (_, index) => longest(segments, index * cell, (index + 1) * cell));
  const starts = drawn.map((_, index) => index).filter((index) => index === 0 || drawn[index] !== drawn[index - 1]);
  const runs = starts.map((start, index) => drawn.slice(start, starts[index + 1]));
  return runs.map((run) => runText(run[0] ?? null, run.length, paint)).join('');
}

function runText(segment: Segment | null, cells: number, paint: Paint): string {
  if (segment === null) return ' '.repeat(cells);
  const { stage, held } = segment;
  return paint.stage(stage, (held === null ? looks[stage].glyph : heldGlyph).repeat(cells));
}

/** The segment that fills most of this time. */
function longest(segments: readonly Segment[], from: number, to: number): Segment | null {
  const within = (of: Segment): number => Math.min(of.to, to) - Math.max(of.from, from);
  const [first] = segments.filter((each) => within(each) > 0).sort((a, b) => within(b) - within(a));
  return first ?? null;
}

function axis(cells: number, total: number): string {
  const marks = Array.from({ length: cells }, () => ' ');
  for (const second of ticks(total)) {
    const text = `${second}`;
    const at = Math.min(Math.round((second * 1000 * cells) / total), cells - 1);
    if (at + text.length + 2 <= cells) marks.splice(at, text.length, ...text);
  }
  return `${marks.join('').trimEnd()} s`;
}

/** Whole seconds for an axis: steps of 1, 2, 5, 10, … so that there are at most ten of them. */
export function ticks(total: number): readonly number[] {
  const step = [1, 2, 5, 10, 15, 30, 60].find((each) => total / 1000 / each <= 10) ?? 300;
  return Array.from({ length: Math.floor(total / 1000 / step) + 1 }, (_, index) => index * step);
}

function legendLines(width: number, paint: Paint): readonly string[] {
  const perLine = Math.max(1, Math.floor(width / (2 + 'x rebooting'.length)));
  const stages = legend.map((stage) => `${paint.stage(stage, looks[stage].glyph)} ${stage.padEnd(9)}`);
  const entries = [...stages, `${heldGlyph} held up`];
  const starts = entries.map((_, index) => index).filter((index) => index % perLine === 0);
  return starts.map((start) => `  ${entries.slice(start, start + perLine).join('  ')}`);
}
