/** One line of the benchmark: what was measured, what it should be, and a word about it. */
export interface Figure {
  readonly name: string;
  readonly measured: string;
  /** Absent: nothing was promised, it is only told. */
  readonly target?: string;
  /** Null where there is no target. */
  readonly met: boolean | null;
  /** What it is made of, a line each. */
  readonly parts?: readonly string[];
}

/** A figure of several samples in milliseconds, with the most its median and its worst may be. */
export function timesFigure(
  name: string,
  samples: readonly number[],
  target: { readonly median: number; readonly worst?: number },
): Figure {
  if (samples.length === 0) throw new Error(`nothing was seen of: ${name}`);
  const [middle, worst] = [median(samples), Math.max(...samples)];
  const most = target.worst === undefined ? '' : `, worst ≤ ${target.worst} ms`;
  return {
    name,
    measured: `median ${milliseconds(middle)}, worst ${milliseconds(worst)} (${samples.length} times)`,
    target: `median ≤ ${target.median} ms${most}`,
    met: middle <= target.median && worst <= (target.worst ?? Number.POSITIVE_INFINITY),
  };
}

/** A figure without a target. */
export function toldFigure(name: string, measured: string): Figure {
  return { name, measured, met: null };
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function verdict({ met }: Figure): string {
  return met === null ? 'told' : met ? 'met' : 'missed';
}

/** As plain lines for a terminal or a log. */
export function lines(figures: readonly Figure[]): readonly string[] {
  return figures.flatMap((figure) => {
    const target = figure.target === undefined ? '' : ` (target: ${figure.target})`;
    const line = `${verdict(figure).padEnd(6)}  ${figure.name}: ${figure.measured}${target}`;
    return [line, ...(figure.parts ?? []).map((part) => `        ${part}`)];
  });
}

/** As a table for docs/benchmarks.md, and below it what the figures are made of. */
export function table(figures: readonly Figure[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = figures.map((figure) =>
    [figure.name, figure.measured, figure.target ?? '–', verdict(figure)].map(cell).join(' | '),
  );
  const parts = figures.flatMap(({ name, parts: of = [] }) =>
    of.length === 0 ? [] : ['', `What the ${name} were:`, '', ...of.map((part) => `- ${part}`)],
  );
  return ['| What | Measured | Target | |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`), ...parts].join(
    '\n',
  );
}
