/** Where in a file something stands; lines and columns count from 1, columns in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, as editors and compilers write it. */
export function placeText(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Turns offsets into one text into places; line breaks are LF, CR LF and CR, as YAML 1.2 §5.4 has them. */
export function placesIn(file: string, text: string): (offset: number) => Place {
  const starts = [0];
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) starts.push(lineBreak.index + lineBreak[0].length);
  return (offset) => {
    const line = lastAtMost(starts, offset);
    const before = text.slice(starts[line] ?? 0, offset);
    return { file, line: line + 1, column: Array.from(before).length + 1 };
  };
}

function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
