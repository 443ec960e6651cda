import type { IncomingMessage } from 'node:http';
import { HttpFailure } from './failure.ts';

/** The whole body as UTF-8 text. Rejects with HttpFailure `too-long` beyond `most` bytes; the connection ends then. */
export async function readBody(answer: IncomingMessage, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) throw new HttpFailure('too-long', `its answer is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The lines of a body as they come, without their ends; empty ones are left out, and so is a last one that never ended. */
export async function* readLines(answer: IncomingMessage, most: number): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      bound(length + end - from, most);
      const line = Buffer.concat([...parts, part.subarray(from, end)]).toString('utf8');
      parts = [];
      length = 0;
      from = end + 1;
      if (line.trim() !== '') yield line;
    }
    if (from < part.length) parts.push(part.subarray(from));
    length += part.length - from;
    bound(length, most);
  }
}

function bound(length: number, most: number): void {
  if (length > most) throw new HttpFailure('too-long', `a line of its answer is longer than ${most} bytes`);
}
