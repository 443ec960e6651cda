import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';

/** Standard output, or standard error. */
export interface Outlet {
  readonly write: (text: string) => void;
  /** Once nothing is left to write: why not all of it was written; null: it was, or its reader had read enough. */
  readonly loss: () => Promise<string | null>;
}

/** What writes where Node's own stream would: to a pipe, a terminal or a file. */
export function outletTo(opened: Writable & { readonly fd: number }): Outlet {
  const stream = opened instanceof Socket ? opened : wholeFile(opened.fd);
  // Nobody is to be told before the end, where `loss` says it.
  stream.on('error', () => {});
  return {
    write: (text) => void stream.write(text),
    // A pipe takes 64 KiB at once and the rest as it is read: this write comes behind all others.
    loss: () => new Promise((resolve) => void stream.write('', () => resolve(lossOf(stream.errored)))),
  };
}

/** Node's stream for a file takes a write that was cut short, as by a disk that fills up, for a whole one. */
function wholeFile(fd: number): Writable {
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

/** A reader that went away (`kured-host help | head`) has read what it wanted. */
function lossOf(error: Error | null): string | null {
  return error === null || ('code' in error && error.code === 'EPIPE') ? null : error.message;
}
