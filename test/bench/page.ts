import { type Figure, table } from './figure.ts';

/** The page docs/benchmarks.md with these figures between its marks. */
export function withFigures(
  page: string,
  words: readonly (readonly [string, string])[],
  figures: readonly Figure[],
): string {
  const machine = words.map(([name, value]) => `- ${name}: ${value}`).join('\n');
  const part = `<!-- figures -->\n\n${machine}\n\n${table(figures)}\n\n<!-- end of figures -->`;
  return page.replace(/<!-- figures -->[\s\S]*<!-- end of figures -->/, () => part);
}
