import type { PhaseName } from '../../src/core/phases/state.ts';

/** A phase, or `done`: idle again after the reboot. */
export type Stage = PhaseName | 'done';

export interface Look {
  /** How a bar is filled where colour cannot be had. */
  readonly glyph: string;
  /** The colour of 256 in a terminal. */
  readonly ansi: number;
  readonly hex: string;
}

export const looks: Readonly<Record<Stage, Look>> = {
  idle: { glyph: '·', ansi: 245, hex: '#cbd5e1' },
  recovering: { glyph: '-', ansi: 109, hex: '#94a3b8' },
  waiting: { glyph: '░', ansi: 222, hex: '#fde68a' },
  queued: { glyph: '░', ansi: 222, hex: '#fde68a' },
  draining: { glyph: '▒', ansi: 75, hex: '#3b82f6' },
  rebooting: { glyph: '█', ansi: 169, hex: '#c026d3' },
  verifying: { glyph: '▓', ansi: 80, hex: '#0d9488' },
  restoring: { glyph: '=', ansi: 114, hex: '#22c55e' },
  'backing-out': { glyph: '<', ansi: 208, hex: '#f97316' },
  stopped: { glyph: ' ', ansi: 240, hex: '#64748b' },
  done: { glyph: '─', ansi: 114, hex: '#86efac' },
};

/** How a bar is filled while a budget or a refusal holds the node up. */
export const heldGlyph = '╳';

/** What the legend explains, in the order a node goes through it; `waiting` and `queued` look the same. */
export const legend: readonly Stage[] = ['idle', 'queued', 'draining', 'rebooting', 'verifying', 'done'];

/** Puts colour around a text; where there is none, gives it back as it is. */
export interface Paint {
  stage(of: Stage, text: string): string;
  dim(text: string): string;
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export function paintFor(colours: boolean): Paint {
  const around = (codes: string, text: string): string => (colours ? `\x1b[${codes}m${text}\x1b[0m` : text);
  return {
    stage: (of, text) => around(`38;5;${looks[of].ansi}`, text),
    dim: (text) => around('2', text),
    bold: (text) => around('1', text),
    good: (text) => around('32', text),
    bad: (text) => around('1;31', text),
  };
}
