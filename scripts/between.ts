/** The page with what stands between the marks of that name made of these lines; a page without the marks throws. */
export function between(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no place for ${name}`);
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`;
}
