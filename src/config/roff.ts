/** Text that roff shows as it is: its escape character, hyphens, and a dot or quote at the beginning of a line. */
export function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** The same as one argument of a request. */
export function argument(text: string): string {
  return `"${roff(text).replaceAll('"', '\\(dq')}"`;
}

/** One line of output each. */
export function lines(all: readonly string[]): readonly string[] {
  return all.flatMap((line, index) => (index === 0 ? [roff(line)] : ['.br', roff(line)]));
}

/** Paragraphs of text: a section begins with one by itself. */
export function paragraphs(all: readonly string[]): readonly string[] {
  return all.flatMap((text, index) => (index === 0 ? [roff(text)] : ['.PP', roff(text)]));
}
